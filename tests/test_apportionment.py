"""Seats from votes: official apportionments, evident arithmetic, laws of the methods, and definitions by enumeration."""

import ast
import os
from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import definitions
from hustings.apparentement import Alliance, apportion_allied
from hustings.apportionment import Award, apportion, set_aside
from hustings.apportionment_batch import apportion_many
from hustings.divisors import DIVISORS, QUOTAS, Divisor, Quota, rule_named
from hustings.errors import SettingError, TieUnresolved, UnknownName
from hustings.lots import Lot, Seeded
from hustings.thresholds import AnyOf, Exempt, Share, passing

MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[2] / "shared" / "data"))
FOREIGN = MIRROR / "foreign"
mirrored = pytest.mark.skipif(not FOREIGN.is_dir(), reason="no mirror of the public files here: set HUSTINGS_MIRROR to its folder")
EVERY = [
    *DIVISORS, *QUOTAS, "modified-sainte-lague:first=1.2", "stationary:share=1/3",
    "imperiali-quota:excess=subtract", "reinforced-imperiali-quota:excess=hare",
]  # fmt: skip
votes_of = st.lists(st.integers(0, 60) | st.integers(0, 10**7), min_size=1, max_size=6).filter(any)

# H10: European Parliament election in Great Britain, 23 May 2019, electionpolling.co.uk/results/2019ep.
EUROPEAN_2019 = {
    "London": (8, [608_725, 536_810, 400_257, 278_957, 177_964, 117_635, 46_497], [3, 2, 2, 1, 0, 0, 0]),
    "East": (7, [604_715, 361_563, 202_460, 163_830, 139_490, 58_274, 54_676], [3, 2, 1, 1, 0, 0, 0]),
    "South East": (10, [915_686, 653_743, 343_249, 260_277, 184_678, 105_832, 56_487], [4, 3, 1, 1, 1, 0, 0]),
    "South West": (6, [611_742, 385_095, 302_364, 144_674, 108_100], [3, 2, 1, 0, 0]),
}


def first(where: str, rule: str, tied: Sequence[str]) -> Lot:
    return Lot(where, rule, tuple(tied), tied[0], "the first listed")


def against(party: int) -> Any:
    """Lots that go against a party."""
    return lambda where, rule, tied: Lot(where, rule, tuple(tied), next(name for name in tied if name != str(party)), "against")


# Official results.


@pytest.mark.parametrize("region", EUROPEAN_2019)
def test_european_parliament_2019(region: str) -> None:
    seats, votes, official = EUROPEAN_2019[region]
    assert list(apportion(votes, seats).seats) == official


def test_next_in_line_european_parliament_2019() -> None:
    """H10: London's next two, the South East's fifth seat of the Brexit Party, the South West's next two."""
    london, south_east, south_west = (apportion(EUROPEAN_2019[r][1], EUROPEAN_2019[r][0]) for r in ("London", "South East", "South West"))
    assert [(one.party, round(float(one.quotient or 0), 2)) for one in london.next[:2]] == [(1, 178_936.67), (4, 177_964)]
    assert south_east.awards[-1] == Award(10, 4, Fraction(184_678))
    assert (south_east.next[0].party, float(south_east.next[0].quotient or 0)) == (0, 183_137.2)
    assert [(one.party, float(one.quotient or 0)) for one in south_west.next[:2]] == [(0, 152_935.5), (2, 151_182)]
    assert london.next[0].short == 63_576  # 600,386 / 3 is over the Brexit Party's 200,128.5
    assert london.spare == 42_383  # 357,874 / 2 is over Labour's 178,936.67


GLASGOW_2016 = [111_101, 59_151, 29_533, 23_398, 5_850, 4_889]
CENTRAL_SCOTLAND_2016 = [129_082, 67_103, 43_602, 12_722, 5_015, 6_088]


def test_additional_members_scotland_2016() -> None:
    """H13: the quotients of each list seat as published, and their order."""
    glasgow = apportion(GLASGOW_2016, 7, held=[9, 0, 0, 0, 0, 0])
    assert glasgow.seats == (0, 4, 2, 1, 0, 0)
    assert [(one.party, float(one.quotient or 0)) for one in glasgow.awards] == [
        (1, 59151), (1, 29575.5), (2, 29533), (3, 23398), (1, 19717), (1, 14787.75), (2, 14766.5),
    ]  # fmt: skip
    assert [(one.party, round(float(one.quotient or 0), 1)) for one in glasgow.next[:3]] == [(1, 11830.2), (3, 11699), (0, 11110.1)]
    central = apportion(CENTRAL_SCOTLAND_2016, 7, held=[9, 0, 0, 0, 0, 0])
    assert central.seats == (0, 4, 3, 0, 0, 0)
    assert central.awards[-1] == Award(7, 2, Fraction(14534))
    assert [(one.party, round(float(one.quotient or 0), 1)) for one in central.next[:3]] == [(1, 13420.6), (0, 12908.2), (3, 12722)]


DENMARK_2022 = [971_995, 470_546, 327_699, 293_186, 286_796, 278_656, 194_820, 181_452, 133_931, 129_524, 117_567, 93_428]


def test_seats_kept_and_set_aside_denmark_2022() -> None:
    """H16: Hare alone gives A 49 and V 24; with A's fifty constituencies set aside the others come out as officially."""
    assert apportion(DENMARK_2022, 175, "hare").seats[:2] == (49, 24)
    assert set_aside(DENMARK_2022, 175, [50, *[0] * 11], "hare").seats == (50, 23, 16, 15, 14, 14, 10, 9, 7, 6, 6, 5)


GERMANY_2025 = {
    "cdu": 11_196_374, "afd": 10_328_780, "spd": 8_149_124, "gruene": 5_762_380, "linke": 4_356_532, "csu": 2_964_028,
    "ssw": 76_138, "bsw": 2_472_947, "fdp": 2_148_757,
}  # fmt: skip


def test_threshold_and_exemption_germany_2025() -> None:
    """H17: 630 seats by Sainte-Laguë over 5 per cent of all valid votes; the minority's list is exempt."""
    votes, five = list(GERMANY_2025.values()), Share(Fraction(1, 20))
    with_ssw = passing(AnyOf(five, Exempt(("ssw",))), votes, list(GERMANY_2025), valid=49_649_512)
    seats = apportion([number * there for number, there in zip(votes, with_ssw, strict=True)], 630, "sainte-lague").seats
    assert seats == (164, 152, 120, 85, 64, 44, 1, 0, 0)
    without = passing(five, votes, list(GERMANY_2025), valid=49_649_512)
    assert apportion([number * there for number, there in zip(votes, without, strict=True)], 630, "sainte-lague").seats[6] == 0


@pytest.mark.parametrize(
    ("votes", "electorates", "official"),
    [
        ([1_053_398, 796_880, 157_613, 85_496, 55_980, 21_241, 20_497], {4: 5}, [58, 43, 9, 5, 5, 1, 1]),
        ([1_131_501, 604_535, 257_359, 208_300, 31_849, 16_689, 5_286], {6: 1}, [60, 32, 14, 11, 2, 1, 1]),
    ],
)
def test_overhang_new_zealand(votes: list[int], electorates: dict[int, int], official: list[int]) -> None:
    """H18, 2008 and 2014: Sainte-Laguë over 120; a party with more electorates keeps them, and nobody else loses."""
    due = apportion(votes, 120, "sainte-lague").seats
    assert [max(seats, electorates.get(party, 0)) for party, seats in enumerate(due)] == official
    assert sum(official) - 120 == sum(max(number - due[party], 0) for party, number in electorates.items())


def austria() -> list[Any]:
    path = FOREIGN / "nr_wahlen.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [ast.literal_eval(line.partition("#")[0].strip()) for line in lines if line.startswith("(")]


@mirrored
def test_austria_1994_to_2019() -> None:
    """D'Hondt among the parties with 4 per cent of the valid votes; every seat of nine National Councils."""
    elections = austria()
    assert len(elections) == 9
    for year, parties, votes, official in elections:
        there = passing(Share(Fraction(4, 100)), votes, [f"{name} {number}" for number, name in enumerate(parties)])
        seats = apportion([number * passed for number, passed in zip(votes, there, strict=True)], 183).seats
        assert list(seats) == official, year


@mirrored
def test_united_states_2000() -> None:
    """435 seats by equal proportions (2 U.S.C. 2a)."""
    states = yaml.safe_load((FOREIGN / "us" / "us_congress_seat_apportionment_2000.yaml").read_text(encoding="utf-8"))["candidates"]
    assert len(states) == 50
    assert apportion([state["votes"] for state in states], 435, "huntington-hill").seats == tuple(state["seats"] for state in states)


@mirrored
def test_germany_in_the_european_parliament_2009() -> None:
    """99 seats by Sainte-Laguë among the lists with 5 per cent of the valid votes."""
    rows = yaml.safe_load((FOREIGN / "de" / "de_euro_2009.yaml").read_text(encoding="utf-8"))["candidates"]
    lists = [row for row in rows if not row["name"].startswith("!")]
    votes = [row["votes"] for row in lists]
    # CDU and CSU stand apart and each passes; the official count has one threshold for each list.
    there = passing(Share(Fraction(1, 20)), votes, [row["name"] for row in lists])
    seats = apportion([number * passed for number, passed in zip(votes, there, strict=True)], 99, "sainte-lague").seats
    assert list(seats) == [row.get("seats", 0) for row in lists]


@mirrored
def test_anderlecht_2012() -> None:
    """47 seats by the Imperiali divisors, as Belgian municipalities elect."""
    rows = yaml.safe_load((FOREIGN / "be" / "be_loc_anderlecht_2012.yaml").read_text(encoding="utf-8"))["candidates"]
    assert apportion([row["votes"] for row in rows], 47, "imperiali").seats == tuple(row["seats"] for row in rows)


# Evident arithmetic.


@pytest.mark.parametrize(
    ("votes", "seats", "method", "expected"),
    [
        ([100, 22], 3, "sainte-lague", (2, 1)),
        ([100, 22], 3, "modified-sainte-lague:first=1.2", (3, 0)),
        ([100, 22], 3, "modified-sainte-lague", (3, 0)),
        ([100, 80, 30], 4, "dhondt", (2, 2, 0)),
        ([100, 80, 30], 4, "sainte-lague", (2, 1, 1)),
        ([100, 80, 30], 4, "stationary:share=1/2", (2, 1, 1)),
        ([6, 6, 2], 10, "hare", (4, 4, 2)),  # Alabama: one seat more in the house costs the third a seat
        ([6, 6, 2], 11, "hare", (5, 5, 1)),
        ([1000, 1, 1], 3, "adams", (1, 1, 1)),
        ([1000, 1, 1], 3, "huntington-hill", (1, 1, 1)),
        ([52, 34, 18], 4, "imperiali-quota:excess=hare", (2, 1, 1)),  # 3, 1 and 1 whole quotas of 17 1/3
        ([52, 34, 18], 4, "imperiali-quota:excess=subtract", (2, 1, 1)),
        ([54, 34, 18], 4, "imperiali-quota:excess=subtract", (3, 1, 0)),
        ([500], 3, "reinforced-imperiali-quota:excess=subtract", (3,)),
    ],
)
def test_evident_arithmetic(votes: list[int], seats: int, method: str, expected: tuple[int, ...]) -> None:
    assert apportion(votes, seats, method).seats == expected


def test_quotas() -> None:
    """S1, and Slovakia's Hagenbach-Bischoff, rounded to the nearest whole number and halves up."""
    assert QUOTAS["droop"](100, 4) == 21
    assert QUOTAS["hagenbach-bischoff"](101, 4) == Fraction(101, 5)
    assert [QUOTAS["hagenbach-bischoff-rounded"](votes, 4) for votes in (102, 103)] == [20, 21]
    assert QUOTAS["hagenbach-bischoff-rounded"](50, 3) == 13
    assert QUOTAS["imperiali-quota"](100, 4) == Fraction(100, 6)
    assert QUOTAS["reinforced-imperiali-quota"](100, 4) == Fraction(100, 7)


def test_floors_and_caps() -> None:
    assert apportion([90, 9, 1], 10, floors=[0, 0, 2]).seats == (8, 0, 2)
    assert apportion([90, 9, 1], 10, caps=[4, None, None]).seats == (4, 6, 0)
    assert apportion([90, 9, 1], 10, held=[0, 0, 3], caps=[4, 2, None]).seats == (4, 2, 4)
    with pytest.raises(SettingError, match="unfilled"):
        apportion([90, 9, 1], 10, caps=[1, 1, 1])
    with pytest.raises(SettingError, match="add up to 11"):
        apportion([90, 9, 1], 10, floors=[10, 1, 0])


def test_before_the_lot() -> None:
    """Two level for one seat: more votes, or the better quotient with one vote more each; otherwise the lot."""
    with pytest.raises(TieUnresolved):
        apportion([200, 100], 2)
    assert apportion([200, 100], 2, ties="most-votes").seats == (2, 0)
    assert apportion([200, 100], 2, ties="one-vote-more").seats == (1, 1)  # 201 / 2 is less than 101
    with pytest.raises(TieUnresolved):
        apportion([100, 100], 1, ties="most-votes")


@pytest.mark.parametrize(
    ("votes", "how", "says"),
    [
        ([0, 0], {}, "nobody"),
        ([1, 2], {"method": "dhondt:first=1.4"}, "first"),
        ([1, 2], {"method": "hare:excess=droop"}, "excess"),
        ([1, 2], {"method": "hare", "held": [1, 0]}, "set those parties aside"),
        ([1, -2], {}, "negative"),
        ([1, 2], {"names": ["a", "a"]}, "one name"),
        ([1, 2], {"held": [1]}, "as many"),
        ([1, 2], {"floors": [2, 0], "caps": [1, None], "seats": 2}, "cap"),
        ([1], {"method": "hagenbach-bischoff-rounded", "seats": 5}, "rounded to 0"),
        ([52, 34, 18], {"method": "imperiali-quota", "seats": 4}, "excess=subtract"),
        ([1, 1], {"method": "droop", "seats": 9}, "unfilled"),
    ],
)
def test_mistakes_are_named(votes: list[int], how: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        apportion(votes, **{"seats": 1, **how})


def test_unknown_names() -> None:
    with pytest.raises(UnknownName, match="dhondt"):
        apportion([1, 2], 1, "dhont")
    with pytest.raises(UnknownName, match="most-votes"):
        apportion([1, 2], 1, ties="most-vote")
    with pytest.raises(TypeError):
        apportion([1.5, 2.0], 1)  # type: ignore[list-item]  # shares are no votes


# Definitions.


@pytest.mark.parametrize("name", EVERY)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_seats_equal_their_definition(name: str, data: st.DataObject) -> None:
    votes = data.draw(st.lists(st.integers(0, 40), min_size=1, max_size=4).filter(any))
    seats, rule = data.draw(st.integers(0, 6)), rule_named(name)
    held = data.draw(st.none() | st.lists(st.integers(0, 3), min_size=len(votes), max_size=len(votes))) if isinstance(rule, Divisor) else None
    try:
        found = apportion(votes, seats, name, held=held, lots=Seeded(1))
    except SettingError:
        return  # a quota that fills too many or too few says so
    if isinstance(rule, Divisor):
        tables = definitions.divisor_tables(votes, seats, rule.sequence, rule.power, held or ())
    elif found.quota and sum(int(number // found.quota) for number in votes) > seats:
        return  # seats given back have a test of their own
    else:
        tables = definitions.remainder_tables(votes, seats, found.quota or Fraction(1))
    assert found.seats in tables
    assert bool(found.lots) == (len(tables) > 1)


@pytest.mark.parametrize("name", EVERY)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_votes_short_and_to_spare_equal_their_definition(name: str, data: st.DataObject) -> None:
    votes = data.draw(st.lists(st.integers(1, 50), min_size=1, max_size=4))
    seats = data.draw(st.integers(1, 6))
    how: dict[str, Any] = {"ties": data.draw(st.sampled_from(["lot", "most-votes", "one-vote-more"]))}
    if name.partition(":")[0] in DIVISORS:
        how["held"] = data.draw(st.lists(st.integers(0, 2), min_size=len(votes), max_size=len(votes)))
        how["caps"] = [data.draw(st.none() | st.integers(2, 3)) for _ in votes]
    try:
        found = apportion(votes, seats, name, lots=first, **how)
    except SettingError:
        return

    def surely(party: int, more: int) -> int:
        """Seats of the party with more votes, should every lot go against it."""
        try:
            return apportion([*votes[:party], votes[party] + more, *votes[party + 1 :]], seats, name, lots=against(party), **how).seats[party]
        except SettingError:
            return 0

    for party, won in enumerate(found.seats):
        short = found.short(party)
        most = 400 if short is None else min(short, 400)
        fewest = definitions.fewest_votes(lambda more, party=party, won=won: surely(party, more) > won, most)  # type: ignore[misc]  # bound now
        assert fewest == (short if short is not None and short <= 400 else None)
    party = found.awards[-1].party
    kept = found.seats[party]
    lost = definitions.fewest_votes(lambda less: less == votes[party] or surely(party, -less) < kept, votes[party]) or 0
    assert found.spare == (0 if surely(party, 0) < kept else lost - 1)


def test_votes_short_where_a_rounded_quota_fills_too_many_seats_in_between() -> None:
    """5 votes more win a third seat of 4; with 8 to 9 more there are five whole quotas of 3, and no seats at all."""
    assert apportion([4, 4], 4, "hagenbach-bischoff-rounded", lots=first).short(0) == 5
    assert apportion([4 + 5, 4], 4, "hagenbach-bischoff-rounded", lots=against(0)).seats == (3, 1)
    with pytest.raises(SettingError, match="whole quotas"):
        apportion([4 + 8, 4], 4, "hagenbach-bischoff-rounded")


# Laws.


@pytest.mark.parametrize("name", EVERY)
@given(votes=votes_of, seats=st.integers(0, 12))
def test_awards_add_up(name: str, votes: list[int], seats: int) -> None:
    try:
        found = apportion(votes, seats, name, lots=Seeded(2))
    except SettingError:
        return
    assert sum(found.seats) == seats == len(found.awards)
    assert [one.seat for one in found.awards] == list(range(1, seats + 1))
    assert all(found.seats[party] == sum(one.party == party for one in found.awards) for party in range(len(votes)))
    assert not any(won for won, number in zip(found.seats, votes, strict=True) if not number)


@pytest.mark.parametrize("name", DIVISORS)
@given(votes=votes_of, seats=st.integers(1, 12))
def test_house_monotony(name: str, votes: list[int], seats: int) -> None:
    """A house of one seat less is the same awards without the last (Balinski & Young 2001)."""
    larger, smaller = apportion(votes, seats, name, lots=first), apportion(votes, seats - 1, name, lots=first)
    assert all(a >= b for a, b in zip(larger.seats, smaller.seats, strict=True))
    if not larger.lots:
        assert larger.awards[:-1] == smaller.awards


@pytest.mark.parametrize("name", QUOTAS)
@given(votes=votes_of, seats=st.integers(1, 12))
def test_quota_bounds(name: str, votes: list[int], seats: int) -> None:
    """Everybody has its whole quotas, and one seat more at most; by hare that is the quota rule."""
    try:
        found = apportion(votes, seats, name, lots=first)
    except SettingError:
        return
    quota = found.quota
    assert quota is not None
    assert all(0 <= won - number // quota <= 1 for won, number in zip(found.seats, votes, strict=True))
    if name == "hare":
        assert quota == Fraction(sum(votes), seats)


@given(votes=votes_of, seats=st.integers(1, 12))
def test_lower_and_upper_quota(votes: list[int], seats: int) -> None:
    """D'Hondt never gives less than the share rounded down, Adams never more than the share rounded up."""
    shares = [Fraction(number * seats, sum(votes)) for number in votes]
    assert all(won >= int(share) for won, share in zip(apportion(votes, seats, lots=first).seats, shares, strict=True))
    assert all(won <= ceil(share) for won, share in zip(apportion(votes, seats, "adams", lots=first).seats, shares, strict=True))


@pytest.mark.parametrize("name", EVERY)
@given(votes=votes_of, seats=st.integers(0, 12), factor=st.integers(2, 1000))
def test_scale(name: str, votes: list[int], seats: int, factor: int) -> None:
    """Every vote counted so many times changes nothing; but by a quota that is rounded it may (S8)."""
    rule = rule_named(name)
    if isinstance(rule, Quota) and rule.offset is not None:
        return
    try:
        found = apportion(votes, seats, name, lots=first)
    except SettingError:
        return
    scaled = apportion([number * factor for number in votes], seats, name, lots=first)
    assert scaled.seats == found.seats
    assert scaled.lots == found.lots


@pytest.mark.parametrize("name", [*DIVISORS, *QUOTAS])
@given(votes=st.lists(st.integers(1, 500), min_size=2, max_size=6))
def test_a_tie_is_refused_or_recorded(name: str, votes: list[int]) -> None:
    level = [votes[0]] * len(votes)
    seats = len(votes) * 2 - 1
    try:
        award = apportion(level, seats, name, lots=Seeded(3))
    except SettingError:
        return  # a quota that fills too many or too few says so
    assert award.lots
    with pytest.raises(TieUnresolved):
        apportion(level, seats, name)


# Many at once.


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(("most", "house"), [(4, 6), (60, 20), (10**7, 60), (2**50, 9)])
def test_many_at_once_equal_one_by_one(name: str, most: int, house: int) -> None:
    """Seats, and who is tied; with ties in every other row, and with numbers that no float holds."""
    rng = np.random.default_rng(most + house)
    votes, seats = rng.integers(0, most, size=(60, 5)), rng.integers(0, house, size=60)
    votes[:, 0] += 1
    held = rng.integers(0, 4, size=votes.shape) if name.partition(":")[0] in DIVISORS and most < 100 else None
    rows, expected = [], []
    for row in range(len(votes)):
        try:
            expected.append(apportion(votes[row].tolist(), int(seats[row]), name, held=None if held is None else held[row].tolist(), lots=first))
            rows.append(row)
        except SettingError:
            continue  # a quota that fills too many or too few says so
    won, tied = apportion_many(votes[rows], seats[rows], name, None if held is None else held[rows])
    assert won.tolist() == [list(one.seats) for one in expected]
    assert [set(np.flatnonzero(line)) for line in tied] == [{int(party) for lot in one.lots for party in lot.tied} for one in expected]


def test_many_at_once_of_any_shape() -> None:
    votes = np.arange(1, 25).reshape(2, 3, 4)
    won, tied = apportion_many(votes, [[1, 2, 3], [4, 5, 6]])
    assert won.shape == tied.shape == votes.shape
    assert won.sum(axis=-1).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert apportion_many(votes[0, 0], 5)[0].tolist() == list(apportion(votes[0, 0].tolist(), 5, lots=first).seats)
    assert apportion_many(np.zeros((0, 4), dtype=np.int64), 5)[0].shape == (0, 4)


@pytest.mark.parametrize(
    ("votes", "seats", "method", "held", "says"),
    [
        ([[0.5, 0.5]], 1, "dhondt", None, "whole numbers"),
        ([[1, -1]], 1, "dhondt", None, "whole numbers"),
        ([[1, 1]], [1, 2], "dhondt", None, "do not fit"),
        ([[0, 0]], 1, "dhondt", None, "nobody"),
        ([[1, 2]], 1, "hare", [[1, 0]], "set those parties aside"),
        ([[52, 34, 18]], 4, "imperiali-quota", None, "excess"),
    ],
)
def test_many_at_once_mistakes(votes: Any, seats: Any, method: str, held: Any, says: str) -> None:
    with pytest.raises(SettingError, match=says):
        apportion_many(votes, seats, method, held)


# Alliances.


def test_alliances_are_one_list_and_then_several() -> None:
    votes = {"a": 510, "b": 270, "c": 220}
    assert apportion(list(votes.values()), 3).seats == (2, 1, 0)
    allied = apportion_allied(votes, 3, (Alliance("b and c", ("b", "c")),))
    assert dict(allied.seats) == {"a": 2, "b": 1, "c": 0}
    assert {name: level.seats for name, level in allied.levels.items()} == {"apportionment": (1, 2), "b and c": (1, 0)}


def test_alliances_nest_and_have_methods_of_their_own() -> None:
    votes = {"a": 40, "b": 30, "c": 18, "d": 12}
    inner = Alliance("small", ("c", "d"), method="sainte-lague")
    allied = apportion_allied(votes, 10, (Alliance("left", ("b", inner)),))
    assert allied.levels["left"].seats == (3, 3)
    assert dict(allied.seats) == {"a": 4, "b": 3, "c": 2, "d": 1}


def test_an_agreement_of_which_one_list_is_left_binds_nobody() -> None:
    votes = {"a": 500, "b": 300, "c": 0, "d": 200}
    allied = apportion_allied(votes, 7, (Alliance("b and c", ("b", "c")),))
    assert tuple(allied.seats.values()) == apportion(list(votes.values()), 7).seats


@given(votes=st.lists(st.integers(1, 10**6), min_size=4, max_size=8), seats=st.integers(1, 120))
def test_bader_ofer_in_the_words_of_the_law(votes: list[int], seats: int) -> None:
    """Whole quotas first, then seat by seat to the list or pair with most votes for each seat, and within the pair likewise.

    The Knesset's lexicon, "The Distribution of Knesset Seats Among the Lists"; pairs are the first two and the next two lists.
    """
    names = [str(number) for number in range(len(votes))]
    pairs = [(0, 1), (2, 3)]
    groups = [*pairs, *((party,) for party in range(4, len(votes)))]
    won = [number * seats // sum(votes) for number in votes]
    while sum(won) < seats:
        rank = {group: Fraction(sum(votes[p] for p in group), sum(won[p] for p in group) + 1) for group in groups}
        inside = {p: Fraction(votes[p], won[p] + 1) for p in max(rank, key=lambda group: rank[group])}
        if list(rank.values()).count(max(rank.values())) > 1 or list(inside.values()).count(max(inside.values())) > 1:
            return  # a lot
        won[max(inside, key=lambda p: inside[p])] += 1
    try:
        allied = apportion_allied(dict(zip(names, votes, strict=True)), seats, tuple(Alliance(f"{a}-{b}", (str(a), str(b))) for a, b in pairs))
    except TieUnresolved:
        return
    assert list(allied.seats.values()) == won


def test_alliance_mistakes() -> None:
    with pytest.raises(SettingError, match="no list"):
        apportion_allied({"a": 1}, 1, (Alliance("x", ("a", "b")),))
    with pytest.raises(SettingError, match="two alliances"):
        apportion_allied({"a": 1, "b": 1}, 1, (Alliance("x", ("a", "b")), Alliance("y", ("a",))))
