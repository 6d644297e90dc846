"""Many files of papers: counted here, by processes, in the order in which they were given; a bad one among them."""

import pickle
from pathlib import Path

import pytest

from hustings.analysis.archive import TOGETHER, count_files
from hustings.errors import DataError, HustingsError, SettingError, TieUnresolved, UnknownName
from hustings.lots import Lots, Seeded, refuse
from hustings.work import Workers

BLT = '3 1\n{first} 1 2 0\n{second} 2 3 0\n2 3 0\n0\n"Ada"\n"Ben"\n"Cyd"\n"{name}"\n'


def archive(folder: Path, number: int) -> list[Path]:
    """Files of papers of one seat each; in every fourth the lot is called for, and the fifth cannot be read."""
    paths = []
    for file in range(number):
        path = folder / f"ward{file}.blt"
        text = BLT.format(first=4, second=4 if file % 4 == 3 else 7, name=f"Ward {file}")
        path.write_text("not papers\n" if file == 5 else text, encoding="utf-8")
        paths.append(path)
    return paths


@pytest.mark.parametrize("lots", [refuse, Seeded(3)])
def test_processes_count_the_same_in_the_same_order(lots: Lots, tmp_path: Path) -> None:
    paths = archive(tmp_path, 2 * TOGETHER + 3)
    here, there = (list(count_files(paths, lots=lots, workers=Workers(number))) for number in (1, 2))
    assert [counted.path for counted in here] == paths
    assert [counted.path for counted in there] == paths
    assert [counted.transcripts for counted in there] == [counted.transcripts for counted in here]
    assert [str(counted.error) for counted in there] == [str(counted.error) for counted in here]
    assert isinstance(there[5].error, HustingsError)
    assert sum(counted.error is not None for counted in there) == (1 if lots != refuse else 1 + sum(file % 4 == 3 for file in range(len(paths))))


@pytest.mark.parametrize(
    "error",
    [
        UnknownName("method", "stv", ["meek", "scotland-2007"]),
        DataError("ward.blt", "ends early", 7),
        TieUnresolved("Ward 3", "r. 51", ["Ada", "Ben"]),
        SettingError("--seats 0: at least one is elected"),
    ],
)
def test_an_error_comes_back_from_another_process_as_it_was(error: HustingsError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)
