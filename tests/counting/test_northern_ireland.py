"""Northern Ireland: the stage sheets of the Assembly elections, and what the rules say of values, sub-parcels and ties."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import pytest

from by_hand import MIRROR, acts, counted, left, names, profile, votes
from hustings.counting.methods.northern_ireland import northern_ireland
from hustings.counting.papers import Count
from hustings.errors import TieUnresolved
from hustings.lots import Decided

SHEETS = [MIRROR / "uk" / "ni" / f"{year}_archive_datapackage.zip" for year in (2011, 2016)]
SLIPS = {
    # The publisher's quota and valid poll, and the sum of first preferences. Three have the total poll for the valid one; Mid
    # Ulster's poll fits its quota, so one of its first preferences is typed wrong.
    ("2011", "north-antrim"): (5760, 40983, 40313),
    ("2011", "strangford"): (4239, 30186, 29668),
    ("2016", "fermanagh-south-tyrone"): (6740, 47918, 47177),
    ("2016", "mid-ulster"): (5822, 40748, 40768),
}


class Sheet(Count):
    """A published stage sheet in the place of a count: the method decides, and the sheet says where the papers went.

    What a method asks is answered by the engine; of the acts nothing is left but who is elected or excluded.
    """

    def __init__(self, totals: Sequence[Sequence[int]], seats: int, quota: int) -> None:
        self.totals, self.seats, self.official = totals, seats, quota
        self.continuing = list(range(len(totals[0])))
        self.elected, self.excluded = [], []
        self.chosen: list[tuple[str, list[int]]] = []

    @property
    def stages(self) -> list[Sequence[int]]:
        return list(self.totals[: len(self.chosen)])

    def begin(self, act: str, who: Iterable[int], rule: str) -> None:
        self.chosen.append((act, list(who)))
        assert len(self.chosen) <= len(self.totals), f"one stage more than the sheet has: {act} under r. {rule}"
        self.votes = [*self.totals[len(self.chosen) - 1]]

    def sort_first_preferences(self, rule: str, *, mixed: bool = False) -> None:
        assert not mixed
        self.begin("first preferences", [], rule)

    def droop(self) -> int:
        return self.official

    def elect(self, who: Iterable[int], rule: str, *, staying: bool = False) -> None:
        assert rule
        assert not staying
        for candidate in list(who):
            self.elected.append(candidate)
            self.continuing.remove(candidate)

    def deem_excluded(self, who: Iterable[int]) -> None:
        for candidate in list(who):
            self.excluded.append(candidate)
            self.continuing.remove(candidate)

    def transfer_last_parcel(self, candidate: int, rule: str) -> None:
        self.begin("transfer of surplus", [candidate], rule)

    def by_value(self, who: Iterable[int], *, first_preferences_apart: bool = False) -> list[Any]:
        return [[(list(who), first_preferences_apart)]]

    def transfer(self, parcels: Sequence[Any]) -> None:
        pass


def hundredths(text: str) -> int:
    return int(Fraction(text.strip() or "0") * 100)


def sheets() -> Iterator[tuple[str, dict[str, str], list[dict[str, dict[str, str]]]]]:
    """Each constituency's name, its totals, and its stages: candidate → row."""
    for path in SHEETS:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(name for name in archive.namelist() if name.endswith("/Count.csv")):

                def table(file: str, archive: zipfile.ZipFile = archive) -> list[dict[str, str]]:
                    return list(csv.DictReader(io.StringIO(archive.read(file).decode("utf-8-sig"))))

                [totals] = table(name.replace("Count.csv", "ConstituencyCount.csv"))
                stages: list[dict[str, dict[str, str]]] = []
                for row in table(name):
                    while len(stages) < int(row["Count_Number"]):
                        stages.append({})
                    stages[int(row["Count_Number"]) - 1][row["Candidate_Id"]] = row
                yield name.removesuffix("/Count.csv"), totals, stages


@pytest.mark.skipif(not all(path.exists() for path in SHEETS), reason="needs the mirror of public files")
def test_official_sheets() -> None:
    """36 constituencies: each surplus passed on or kept waiting, each group excluded, and each candidate elected, as the officers did."""
    decisions = 0
    for name, official, rows in sheets():
        candidates = list(rows[0])
        totals = [
            [hundredths(row[who]["Total_Votes" if number else "Candidate_First_Pref_Votes"]) for who in candidates] for number, row in enumerate(rows)
        ]
        sheet = Sheet(totals, int(official["Number_Of_Seats"]), hundredths(official["Quota"]))
        northern_ireland(sheet)
        assert len(sheet.chosen) == len(rows), name
        for (act, who), row in list(zip(sheet.chosen, rows, strict=True))[1:]:
            gave = [number for number, candidate in enumerate(candidates) if hundredths(row[candidate]["Transfers"]) < 0]
            assert sorted(who) == gave, f"{name}, stage {rows.index(row) + 1}: {act}"
            decisions += 1
        # The sheets mark whoever is elected, and by which stage; some leave out the last ones.
        assert {candidate for candidate in candidates if any(row[candidate]["Status"] == "Elected" for row in rows)} <= {
            candidates[who] for who in sheet.elected
        }, name
        assert len(sheet.elected) == sheet.seats, name
    assert decisions == 274


@pytest.mark.skipif(not all(path.exists() for path in SHEETS), reason="needs the mirror of public files")
def test_quotas_and_values_of_the_sheets() -> None:
    """Quota from the sum of first preferences; every surplus passes on at surplus / papers to two decimals, or at a value received before."""
    capped, uncapped, slips = [], 0, {}
    for name, official, rows in sheets():
        valid = sum(hundredths(row["Candidate_First_Pref_Votes"]) for row in rows[0].values()) // 100
        if (found := (int(official["Quota"]), int(official["Valid_Poll"]))) != (valid // (int(official["Number_Of_Seats"]) + 1) + 1, valid):
            slips[name.split("/")[0][:4], name.split("/")[-1]] = (*found, valid)
        received = {100}
        for stage, row in enumerate(rows[1:], start=2):
            gave = [entry for entry in row.values() if hundredths(entry["Transfers"]) < 0]
            credited = [number for entry in row.values() if (number := hundredths(entry["Transfers"])) > 0]
            if len(gave) != 1 or hundredths(gave[0]["Total_Votes"]) != int(official["Quota"]) * 100 or not credited:
                continue
            surplus = -hundredths(gave[0]["Transfers"])
            divisors = {value for value in range(1, 101) if all(number % value == 0 for number in credited)}
            # With a value of v hundredths sum / v papers moved, and v is the surplus over these, its remainder ignored.
            if values := {value for value in divisors if surplus * value // sum(credited) == value}:
                uncapped += 1
                received |= values
            else:
                assert divisors & received, f"{name}, stage {stage}"
                capped.append((name.split("/")[-1], stage))
    assert slips == SLIPS
    assert (uncapped, len(capped)) == (77, 10)


def test_gregory_to_two_decimals() -> None:
    """H08: Belfast East 2017, stage 2, from the papers by next preference: value 0.11, 832.92 credited, 50.08 lost to rounding."""
    papers = {"Allen": 347, "Bodel": 12, "Bunting": 82, "Douglas": 38, "de Faoite": 95, "Girvin": 15, "Kyle": 139}
    papers |= {"Lyttle": 6373, "McKeag": 13, "Milne": 246, "Newton": 50, "O'Donnell": 94, "Robinson": 68}
    initials = dict(zip(papers, "abcdefghijklm", strict=True))
    rest = 40_357 - 7_610
    belfast = profile(
        ["Long", *initials.values()],
        *((number, f"L{initials[name]}") for name, number in papers.items()),
        (38, "L"),
        *((rest // 13 + (place < rest % 13), initial) for place, initial in enumerate(initials.values())),
    )
    count = counted("northern-ireland", belfast, 5, Decided((), "none is called for"))
    assert count.quota == 6_727_00
    assert acts(count)[1] == ("transfer of surplus", ["Long"])
    first, second = count.stages[0].votes, count.stages[1].votes
    credited = ["38.17", "1.32", "9.02", "4.18", "10.45", "1.65", "15.29", "701.03", "1.43", "27.06", "5.50", "10.34", "7.48"]
    assert [after - before for before, after in zip(first[1:], second[1:], strict=True)] == [hundredths(value) for value in credited]
    assert left(count, 2) == ("0.00", "50.08")
    moved = count.stages[1].transfers
    assert [(each.source, names(count, [each.to])[0], each.papers, each.value) for each in moved] == [
        (0, initials[name], number, 11) for name, number in papers.items()
    ]
    assert sum(each.worth for each in moved) == 832_92
    # Whoever has no next preference stays with the elected: 38 papers.
    assert (second[0], count.stages[1].papers[0], count.stages[1].non_transferable_papers) == (6_727_00, 38, 0)


def test_a_value_is_never_above_that_received() -> None:
    """S7: a surplus of 541.87 and 163 papers that came at one vote: these pass on at 1.00, and 378.87 is not transferable."""
    papers = profile(
        "ABCDE", (29, "AB"), (71, "AC"), (903, "A"), (978, "B"), (888, "C"), (98, "DBC"), (65, "DBE"), (400, "DB"), (565, "E"), invalid_papers()
    )
    count = counted("northern-ireland", papers, 3)
    assert acts(count)[1:] == [("transfer of surplus", ["A"]), ("exclusion", ["D"]), ("transfer of surplus", ["B"])]
    assert votes(count, 3) == {"A": "1000.00", "B": "1541.87", "C": "890.13", "E": "565.00"}
    assert votes(count, 4) == {"A": "1000.00", "B": "1000.00", "C": "988.13", "E": "630.00"}
    assert left(count, 4) == ("378.87", "0.00")
    assert count.stages[3].papers[1] == 978 + 29 + 400
    assert names(count) == ["A", "B", "C"]


def invalid_papers() -> tuple[int, str]:
    """Papers without a first preference; they are not counted."""
    return 7, " B"


def test_first_preferences_pass_on_at_one_vote_at_most() -> None:
    count = counted("northern-ireland", profile("ABC", (5, "AB"), (85, "A"), (14, "B"), (12, "C")), 2)
    assert (count.quota, votes(count, 2)) == (39_00, {"A": "39.00", "B": "19.00", "C": "12.00"})
    assert left(count, 2) == ("46.00", "0.00")


def test_whoever_reaches_the_quota_takes_no_more() -> None:
    """D goes out with 563 first preferences, which elect B, and 21 papers at 0.03, of which B, next on them, gets none."""
    papers = profile("ABCDE", (29, "AB"), (50, "AC"), (21, "ADBE"), (903, "A"), (978, "B"), (888, "C"), (98, "DBC"), (465, "DB"), (565, "E"))
    count = counted("northern-ireland", papers, 3)
    assert acts(count)[2] == ("exclusion", ["D"])
    assert votes(count, 3) == {"A": "1000.00", "B": "1541.87", "C": "889.50", "E": "565.63"}


def test_the_last_vacancy_waits_for_sub_parcels() -> None:
    """B is ahead of C when D's first preferences have gone nowhere; D's papers at 0.22 are still to come, and elect C."""
    papers = profile("ABCDE", (80, "ADC"), (40, "B"), (38, "C"), (13, "D"), (14, "E"))
    count = counted("northern-ireland", papers, 2)
    assert acts(count)[1:] == [("transfer of surplus", ["A"]), ("exclusion", ["E"]), ("exclusion", ["D"])]
    assert votes(count, 4) == {"A": "62.00", "B": "40.00", "C": "55.60"}
    assert names(count) == ["A", "C"]
    assert count.stages[3].elected_rules == ("52(2)",)


def test_ties_go_forward_from_the_first_stage() -> None:
    """B and C are level; C was behind at the last stage, and B at the first."""
    papers = profile("ABCEF", (60, "A"), (30, "B"), (31, "C"), (10, "EB"), (2, "EC"), (2, "E"), (7, "FC"), (11, "F"))
    count = counted("northern-ireland", papers, 1)
    assert votes(count, 3) == {"A": "60.00", "B": "40.00", "C": "40.00"}
    assert acts(count)[3] == ("exclusion", ["B"])
    assert acts(counted("scotland-2007", papers, 1))[3] == ("exclusion", ["C"])


def test_three_level_keep_the_extreme_and_go_on() -> None:
    """Of three level the first stage leaves two, and no other tells them apart: only these two draw lots."""
    papers = profile("ABCDE", (60, "A"), (30, "B"), (30, "C"), (31, "D"), (8, "EB"), (8, "EC"), (7, "ED"))
    with pytest.raises(TieUnresolved, match="B and C are tied"):
        counted("northern-ireland", papers, 1)


def test_a_single_vacancy() -> None:
    """r. 48(3) lets nobody be elected by the quota before an exclusion; r. 52(2) elects whoever has as many as all the others at once."""
    count = counted("northern-ireland", profile("ABC", (60, "A"), (30, "B"), (10, "C")), 1)
    assert [(stage.elected, stage.elected_rules) for stage in count.stages] == [((0,), ("52(2)",))]


def test_no_stage_for_an_exclusion_that_fills_the_last_vacancies() -> None:
    count = counted("northern-ireland", profile("ABCD", (26, "A"), (18, "B"), (17, "C"), (16, "D")), 3)
    assert [(stage.act, stage.elected, stage.excluded) for stage in count.stages] == [
        ("first preferences", (0,), ()),
        ("transfer of surplus", (1, 2), (3,)),
    ]
    assert votes(count, 2)["D"] == "16.00"
