"""Elections to the Northern Ireland Assembly: members by party as declared, and archives that are not what they must be."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import hustings as hs
from catalogued import files_of, made, spoilt
from hustings.analysis.audit import check
from hustings.analysis.sheets import read_sheets

# Electoral Office for Northern Ireland: members elected on 5 May 2011 and 5 May 2016, 108 each.
OFFICIAL = {
    "2011": {"dup": 38, "sf": 29, "uup": 16, "sdlp": 14, "alliance": 8, "green": 1, "tuv": 1, "ind": 1},
    "2016": {"dup": 38, "sf": 28, "uup": 16, "sdlp": 12, "alliance": 8, "green": 2, "people-before-profit-alliance": 2, "tuv": 1, "ind": 1},
}


@pytest.mark.parametrize("edition", OFFICIAL)
def test_members_as_declared(edition: str) -> None:
    election = made("ni-assembly", edition)
    assert len(election.main.districts) == 18
    assert {district.magnitude for district in election.main.districts} == {6}
    assert election.under(hs.system["declared"]()).by_party == OFFICIAL[edition]


def test_first_preferences() -> None:
    """EONI, Assembly election of 5 May 2016: DUP 202,567 first preferences; Belfast East, stage 1."""
    contest = made("ni-assembly", "2016").main
    total = dict(zip((party.id for party in contest.counted().parties), contest.counted().total.tolist(), strict=True))
    assert total["dup"] == 202_567
    east = contest.candidacies[[district.id for district in contest.districts].index("belfast-east")]
    bunting = next(candidacy for candidacy in east if candidacy.candidate.name == "Joanne BUNTING")
    assert (bunting.votes, bunting.elected, bunting.candidate.party) == (5538, 1, "dup")


@pytest.mark.parametrize("edition", OFFICIAL)
def test_the_archive_is_what_audit_reads(edition: str) -> None:
    (path,) = files_of("ni-assembly", edition).values()
    assert check(read_sheets(path)).sheets == 18


def altered(name: str, change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """The archive with one table of Foyle changed."""

    def rewrite(data: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
            for item in before.namelist():
                text = before.read(item)
                after.writestr(item, change(text.decode("utf-8-sig")).encode() if item.endswith(f"foyle/{name}") else text)
        return out.getvalue()

    return rewrite


def test_a_cut_archive(tmp_path: Path) -> None:
    assert "cannot be read" in spoilt("ni-assembly", "2016", lambda data: data[:100_000], tmp_path)
    assert "cannot be read" in spoilt("ni-assembly", "2016", lambda _: b"", tmp_path)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda text: text.partition("\n")[0], "/foyle/Count.csv: is cut short"),
        (lambda _: "", "/foyle/Count.csv: is missing, or has no column Candidate_Id"),
        (lambda text: text.replace("Party_Name", "Party"), "has no column Party_Name"),
        (lambda text: text[: len(text) // 2].rpartition(",")[0], "/foyle/Count.csv: is cut short"),
    ],
)
def test_a_table_cut_or_altered(change: Callable[[str], str], what: str, tmp_path: Path) -> None:
    assert what in spoilt("ni-assembly", "2016", altered("Count.csv", change), tmp_path)


def test_text_for_a_number(tmp_path: Path) -> None:
    said = spoilt("ni-assembly", "2016", altered("ConstituencyCount.csv", lambda text: text.replace(",6,", ",six,")), tmp_path)
    assert "/foyle: has something else where figures should be" in said
