"""The catalogue: what its files say is complete, pinned and loadable, and the table of files is what the tool makes."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hustings import catalogue
from hustings.errors import UnknownName
from hustings.sources import provenance, source

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src" / "hustings" / "facts" / "catalogue"
SERIES = sorted(catalogue.series())


@pytest.mark.parametrize("name", SERIES)
def test_a_series_says_all_that_it_must_and_nothing_else(name: str) -> None:
    about = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    assert set(about) <= catalogue.KEYS
    assert {"title", "cites", "licence", "attribution", "edition"} <= set(about)
    assert about["licence"]
    assert "ikipedia" not in about["cites"]
    for edition, facts in about["edition"].items():
        assert set(facts) <= catalogue.EDITION_KEYS, edition
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", edition), "an id of the store"


@pytest.mark.parametrize("name", SERIES)
def test_every_edition_can_be_had(name: str) -> None:
    about = catalogue.series()[name]
    assert about.source in source
    for edition in about.editions.values():
        assert edition.files or edition.embedded, f"{edition.id} has neither files nor a copy in the package"


def test_files_are_pinned() -> None:
    for file in catalogue.files().values():
        assert re.match(r"https://", file.url)
        assert re.search(r"/[0-9a-f]{40}/", file.url), f"{file.path} is not pinned to a commit"
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.bytes > 0
        assert ".." not in Path(file.path).parts
        assert not Path(file.path).is_absolute()


def test_the_table_holds_what_the_series_name_and_no_more() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "build_catalogue.py", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_editions_of_british_general_elections() -> None:
    """Twenty-nine elections from 1918 to 2024, two of them in 1974, each on a Thursday but 1918, 1922, 1924 and 1931."""
    editions = catalogue.series()["uk-general"].editions
    assert len(editions) == 29
    assert [name for name in editions if name.startswith("1974")] == ["1974-02", "1974-10"]
    # House of Commons Library, CBP-7529: the four that were held on a Saturday, a Wednesday, a Wednesday and a Tuesday.
    weekdays = {name: edition.date.strftime("%a") for name, edition in editions.items() if edition.date}
    assert {name: day for name, day in weekdays.items() if day != "Thu"} == {"1918": "Sat", "1922": "Wed", "1924": "Wed", "1931": "Tue"}


def test_a_pattern_names_files_and_a_path_that_is_not_pinned_is_refused() -> None:
    known = {path: catalogue.File(path, "https://example.org", 1, "0" * 64) for path in ("a/1.csv", "a/2.csv", "b/1.csv")}
    assert [file.path for file in catalogue.chosen(["b/1.csv", "a/*.csv", "a/1.csv"], known)] == ["b/1.csv", "a/1.csv", "a/2.csv"]
    with pytest.raises(UnknownName, match=r"no file of the catalogue is called 'a/3\.csv'"):
        catalogue.chosen(["a/3.csv"], known)
    with pytest.raises(UnknownName):
        catalogue.chosen(["c/*"], known)


def test_what_the_catalogue_does_not_have() -> None:
    with pytest.raises(UnknownName, match="no series is called 'uk-generl'; did you mean uk-general"):
        catalogue.edition("uk-generl", "1951")
    with pytest.raises(UnknownName, match="no edition of uk-general is called '1952'; there are: 1918"):
        catalogue.edition("uk-general", "1952")


def test_of_a_thousand_editions_the_nearest_are_told_and_what_lists_all() -> None:
    with pytest.raises(UnknownName) as caught:
        catalogue.edition("parlgov", "austria-2020")
    assert set(caught.value.near) <= set(catalogue.series()["parlgov"].editions)
    assert re.fullmatch(
        r"no edition of parlgov is called 'austria-2020'; did you mean austria-\S+ or austria-\S+ or austria-\S+\? "
        r"\(hustings data list parlgov lists all\)", str(caught.value),
    )  # fmt: skip
    many = len(catalogue.series()["parlgov"].editions)
    with pytest.raises(UnknownName, match=rf"; there are {many:,}, such as \S+, \S+, \S+ \(hustings data list parlgov lists all\)$"):
        catalogue.edition("parlgov", "")


def test_differences_from_the_official_total_are_said_among_the_gaps() -> None:
    edition = catalogue.edition("uk-general", "1951")
    assert edition.gaps[-2:] == (
        "seats under fptp less the official total: con -23, lab -6, other +29",
        "votes less the official total: con -1,144,162, lab -189,258, other +1,332,930",
    )
    assert all(not any("less the official total" in gap for gap in edition.gaps) for edition in catalogue.series()["parlgov"].editions.values())


def test_provenance_is_as_pinned() -> None:
    origin = provenance("uk-general", "1951", "a note")
    assert origin.files == tuple((file.path, file.sha256) for file in catalogue.edition("uk-general", "1951").files)
    assert origin.licence == "Open Parliament Licence v3.0"
    assert origin.notes == ("a note",)
