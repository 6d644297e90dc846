"""Which source an election is loaded by, and what is said where there is none."""

from pathlib import Path

import pytest

from hustings.errors import DataError, NotHere, UnknownName
from hustings.sources import load


def test_an_edition_by_either_spelling() -> None:
    assert load("uk-general/2010").id == load("uk_general", "2010").id == "uk-general/2010"


def test_a_series_that_is_not_there() -> None:
    with pytest.raises(UnknownName, match="no series is called 'uk-genral'; did you mean uk-general") as caught:
        load("uk-genral/2010")
    assert caught.value.near[0] == "uk-general"
    with pytest.raises(UnknownName, match="no series is called 'blt'"):
        load("blt", "2010")


def test_an_edition_that_is_not_there() -> None:
    with pytest.raises(UnknownName, match="no edition of uk-general is called ''; there are: 1918"):
        load("uk-general")
    with pytest.raises(UnknownName, match="no edition of uk-general is called '2011'; there are: 1918"):
        load("uk-general/2011")


def test_an_edition_of_the_catalogue_that_was_not_fetched() -> None:
    with pytest.raises(NotHere, match=r"^uk-general/1951 is not on this machine; get it with: hustings data pull uk-general/1951$"):
        load("uk-general/1951")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing\.blt: there is no such file"):
        load(tmp_path / "missing.blt")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a folder; give a file"):
        load(str(tmp_path))


def test_a_file_that_no_source_recognises(tmp_path: Path) -> None:
    path = tmp_path / "ballots.txt"
    path.write_text("4 2\n")
    with pytest.raises(DataError, match=r"no source recognises it; they read .*\.abif \.blt"):
        load(path)
    path = tmp_path / "ballots.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="no source recognises it"):
        load(path)
