"""Systems of two tiers on published results that come without constituencies, and on examples worked by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import hustings as hs
from foreign import seats
from hustings.election import Contest, District, Election, Party, Provenance, Tally
from hustings.errors import SettingError, TieUnresolved, Unsuitable
from hustings.lots import Seeded
from hustings.outcome import Outcome
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from strategies import election_of


def with_lists(lists: Mapping[str, int], members: int, winners: Sequence[str], lumps: Sequence[str] = (), population: int = 1) -> Election:
    """One area with these votes for lists, so many members of lists, and a constituency for each winner, who has its only vote."""
    names = list(dict.fromkeys([*lists, *winners]))
    parties = tuple(Party(name, lump=name in lumps) for name in names)
    table = np.array([[int(name == winner) for name in names] for winner in winners])
    below = tuple(District(f"d{row}", f"District {row}", 1, 1, "North") for row in range(len(winners)))
    area = District("lists", "lists", members, 1, "North", parts=tuple(district.id for district in below), population=population)
    votes = np.array([[lists.get(name, 0) for name in names]])
    contests = (Contest("constituency", below, Tally(parties, table, table > 0)), Contest("lists", (area,), Tally(parties, votes, votes > 0)))
    return replace(election_of([[1]]), contests=contests)


def totals(election: Election, system: str) -> dict[str, int]:
    found: Outcome = election.under(hs.system.parse(system))
    return found.by_party


GLASGOW = {"snp": 111_101, "lab": 59_151, "con": 29_533, "green": 23_398, "ld": 5_850, "ukip": 4_889}
CENTRAL_SCOTLAND = {"snp": 129_082, "lab": 67_103, "con": 43_602, "green": 12_722, "ld": 5_015, "ukip": 6_088}


@pytest.mark.parametrize(
    ("votes", "official"),
    [(GLASGOW, {"snp": 9, "lab": 4, "con": 2, "green": 1}), (CENTRAL_SCOTLAND, {"snp": 9, "lab": 4, "con": 3})],
)
def test_scotland_2016(votes: dict[str, int], official: dict[str, int]) -> None:
    """H13: seven list seats beside nine constituencies of the Scottish National Party."""
    assert totals(with_lists(votes, 7, ["snp"] * 9), "ams") == official


def test_london_has_a_threshold() -> None:
    """Greater London Authority Act 1999, Sch. 2: at least 5 per cent; a list with less wins nothing that it would win in Scotland."""
    votes = {"lab": 600, "con": 351, "green": 49}
    assert totals(with_lists(votes, 20, ["lab"] * 5), "ams:threshold=0.05,ties=most-votes") == {"lab": 16, "con": 9}
    assert totals(with_lists(votes, 20, ["lab"] * 5), "ams")["green"] == 1
    assert totals(with_lists({**votes, "con": 350, "green": 50}, 20, ["lab"] * 5), "ams:threshold=0.05")["green"] == 1


def test_equal_figures_in_scotland_and_in_london() -> None:
    """One vote more for each weighs more with the smaller; one seat more for each, with the larger; level ones call for a lot."""
    votes = {"a": 200, "b": 100}
    assert totals(with_lists(votes, 2, ["a"]), "ams") == {"a": 2, "b": 1}
    assert totals(with_lists(votes, 1, ["a"]), "ams") == {"a": 1, "b": 1}
    assert totals(with_lists(votes, 1, ["a"]), "ams:ties=most-votes") == {"a": 2}
    with pytest.raises(TieUnresolved):
        totals(with_lists({"a": 100, "b": 100}, 1, ["c"]), "ams")


NEW_ZEALAND = {
    2008: (
        {"nat": 1_053_398, "lab": 796_880, "green": 157_613, "act": 85_496, "māori": 55_980, "prog": 21_241, "uf": 20_497, "nzf": 95_356},
        {"nat": 41, "lab": 21, "act": 1, "māori": 5, "prog": 1, "uf": 1},
        {"nat": 58, "lab": 43, "green": 9, "act": 5, "māori": 5, "prog": 1, "uf": 1},
        2_344_566,
    ),
    2014: (
        {"nat": 1_131_501, "lab": 604_535, "green": 257_359, "nzf": 208_300, "māori": 31_849, "act": 16_689, "uf": 5_286, "cons": 95_598},
        {"nat": 41, "lab": 27, "māori": 1, "act": 1, "uf": 1},
        {"nat": 60, "lab": 32, "green": 14, "nzf": 11, "māori": 2, "act": 1, "uf": 1},
        2_405_622,
    ),
}


@pytest.mark.parametrize("year", NEW_ZEALAND)
def test_new_zealand(year: int) -> None:
    """H18: electorates by party as officially; all party votes count for the threshold."""
    votes, electorates, official, valid = NEW_ZEALAND[year]
    winners = [party for party, number in electorates.items() for _ in range(number)]
    all_votes = {**votes, "others": valid - sum(votes.values())}
    assert totals(with_lists(all_votes, 120 - len(winners), winners, ["others"]), "mmp") == official


def test_an_electorate_of_nobodys_list_comes_off_the_house() -> None:
    """Electoral Act 1993, s. 191(8): the seat of an independent is not shared out."""
    assert totals(with_lists({"a": 60, "b": 40}, 8, ["a", "who"]), "mmp") == {"a": 5, "b": 4, "who": 1}


GERMANY_2025 = {
    "cdu": 11_196_374, "afd": 10_328_780, "spd": 8_149_124, "grüne": 5_762_380, "linke": 4_356_532, "csu": 2_964_028, "ssw": 76_138,
    "bsw": 2_472_947, "fdp": 2_148_757,
}  # fmt: skip


def test_germany_2025() -> None:
    """H17: the seats of 630 by second votes; the minority's list is exempt from the threshold."""
    votes = {**GERMANY_2025, "others": 49_649_512 - sum(GERMANY_2025.values())}
    election = with_lists(votes, 629, ["cdu"], ["others"])
    official = {"cdu": 164, "afd": 152, "spd": 120, "grüne": 85, "linke": 64, "csu": 44, "ssw": 1}
    assert totals(election, "bundestag-2023") == official
    assert "ssw" not in totals(election, "bundestag-2023:minorities=nobody")


def test_votes_for_lists_do_not_cover_every_winner() -> None:
    """Federal Electoral Act as of 2023, s. 6(1): the smallest share of first votes stays without a seat, and the house is full."""
    election = with_lists({"a": 40, "b": 60}, 1, ["a", "a", "a", "b"])
    districts = election.main.districts
    votes = np.array([[30, 20], [25, 24], [40, 10], [1, 2]])
    election = election.with_main(Contest("first", districts, Tally(election.main.counted().parties, votes, votes > 0)), "votes")
    found = election.under(hs.system["bundestag-2023"]())
    assert found.house == 5
    assert [district.magnitude for district in found.districts] == [1, 0, 1, 1, 2]
    assert found.by_party == {"b": 3, "a": 2}
    assert any("1 constituencies stay without a member" in note for note in found.assumed)


def test_over_half_of_the_votes_is_over_half_of_the_seats() -> None:
    """Federal Electoral Act, s. 6(7), since 2023 s. 4(4)."""
    assert totals(with_lists({"a": 51, "b": 49}, 3, ["a"]), "bundestag-2023") == {"a": 3, "b": 2}


def test_the_house_grows_until_constituencies_fit() -> None:
    """Of six seats 3, 2 and 1 are due, and a has four constituencies: in 2013 the others are made up for it, in 2020 they are not."""
    election = with_lists({"a": 45, "b": 35, "c": 20}, 2, ["a"] * 4)
    assert totals(election, "bundestag-2013") == {"a": 4, "b": 3, "c": 2}
    assert totals(election, "bundestag-2021") == {"a": 4, "b": 2, "c": 1}


def test_fixed_seats_are_given_back() -> None:
    """Elections Act 2005:837 (Sweden), ch. 14 ss. 4a-4b: where a won its second seats with the fewest votes, others have them."""
    votes = np.array([[500, 180, 170, 150], [510, 181, 171, 151], [520, 182, 172, 152], [530, 183, 173, 153]])
    parties = tuple(Party(name) for name in "abcd")
    places = tuple(District(f"d{row}", f"District {row}", 3, region="North") for row in range(4))
    whole = District("all", "all", 1, parts=tuple(place.id for place in places))
    below, above = (
        Contest("fixed", places, Tally(parties, votes, votes > 0)),
        Contest("levelling", (whole,), Tally(parties, votes.sum(axis=0, keepdims=True), np.ones((1, 4), dtype=bool))),
    )
    found = replace(election_of([[1]]), contests=(below, above)).under(hs.system["riksdag"]())
    # Of 2/1/0/0 in each: 13 seats are 7, 2, 2 and 2. a gives back in d0; b in d0 and d1; c, then d, are next there.
    assert found.by_party == {"a": 7, "b": 2, "c": 2, "d": 2}
    assert found.seats[:4].tolist() == [[1, 0, 1, 1], [2, 0, 1, 0], [2, 1, 0, 0], [2, 1, 0, 0]]
    assert found.house == 13


def test_what_constituencies_cost() -> None:
    """All votes of the winner, or those of the runner-up and one more and a quarter at the least."""
    votes = np.array([[600, 300, 100], [600, 200, 200]])
    election = with_lists({"a": 1200, "b": 500, "c": 300}, 4, ["a", "a"])
    parties = election.contests[1].counted().parties
    election = election.with_main(Contest("constituency", election.main.districts, Tally(parties, votes, votes > 0)), "votes")
    assert totals(election, "scorporo") == {"b": 3, "a": 2, "c": 1}
    # 301 and 250 come off: 649, 500 and 300 are left.
    assert totals(election, "scorporo:cost=runner-up") == {"a": 4, "b": 1, "c": 1}
    assert totals(election, "parallel") == {"a": 5, "b": 1}


def test_where_constituencies_cost_all_votes() -> None:
    """Both have one vote in a constituency and two or one for the list: the list's votes before costs decide."""
    assert totals(with_lists({"a": 2, "b": 1}, 1, ["a", "a", "b"]), "scorporo") == {"a": 3, "b": 1}


def test_majority_bonus() -> None:
    """Of twelve seats: 2 and 5 of the other ten; or half of them at the least, where five and a third are due."""
    election = election_of([[48, 36, 24]] * 12)
    assert totals(election, "majority-bonus:bonus=1/6") == {"a": 7, "b": 3, "c": 2}
    assert totals(election, "majority-bonus:bonus=0.5,form=guaranteed") == {"a": 6, "b": 4, "c": 2}
    with pytest.raises(TieUnresolved):
        totals(election_of([[30, 30]] * 2), "majority-bonus")


def test_tiers_keep_the_house() -> None:
    election = election_of([[row + 1, 20 - row] for row in range(12)], ["North"] * 7 + ["South"] * 5)
    two = election.given(Regroup(by="share", share=Fraction(1, 2))).given(Tiers())
    assert two.upper is not None
    assert [(area.name, area.magnitude) for area in two.upper.districts] == [("North (list)", 3), ("South (list)", 3)]
    assert two.main.house + two.upper.house == 12
    assert two.upper.counted().total.tolist() == election.main.counted().total.tolist()
    levelled = election.given(Regroup(by="region")).given(Tiers(upper="nation", share=Fraction(3, 4)))
    assert levelled.upper is not None
    assert [district.magnitude for district in levelled.main.districts] == [5, 4]
    assert [(area.name, area.magnitude) for area in levelled.upper.districts] == [("all districts (list)", 3)]
    with pytest.raises(Unsuitable, match="two tiers already"):
        two.given(Tiers())
    with pytest.raises(SettingError, match="is not one of"):
        hs.scenario.parse("tiers:upper=town")


def test_members_by_several_votes() -> None:
    """Three members: a voter's three votes, two or one, for candidates of one party."""
    election = replace(election_of([[60, 30, 10]]), contests=())
    districts = (District("d", "D", 3, 100, "North"),)
    votes = np.array([[60, 30, 10]])
    parties = tuple(Party(name) for name in "abc")
    election = replace(election, contests=(Contest("c", districts, Tally(parties, votes, votes > 0)),))
    assert totals(election, "block-vote") == {"a": 3}
    # a's third candidate has 2/3 of 60: 40 votes, more than b's first.
    assert totals(election, "limited-vote") == {"a": 3}
    assert totals(election, "sntv:candidates=1") == {"a": 1, "b": 1, "c": 1}
    assert totals(election, "limited-vote:candidates=2") == {"a": 2, "b": 1}
    # 60, 30 and half of 60, by D'Hondt.
    assert totals(election, "sntv") == {"a": 2, "b": 1}


FRANCE_2022 = {"macron": 9_783_058, "le pen": 8_133_828, "mélenchon": 7_712_520}


def test_two_rounds_with_a_second() -> None:
    """President of France 2022: the first two go on, and the second round's votes decide."""
    places = (District("fr", "France", 1, 48_747_876),)
    first, second = np.array([list(FRANCE_2022.values())]), np.array([[18_768_639, 13_288_686]])
    parties = tuple(Party(name) for name in FRANCE_2022)
    before = Contest("first round", places, Tally(parties, first, first > 0))
    for votes, winner in ((second, "macron"), (second[:, ::-1], "le pen")):
        after = Contest("second round", places, Tally(parties[:2], votes, votes > 0))
        assert totals(replace(election_of([[1]]), contests=(before, after)), "two-round") == {winner: 1}


def test_two_rounds_without_a_second() -> None:
    """A majority wins at once, unless it is too small a share of the electorate; else the first two by the papers."""
    assert election_of([[51, 30, 19]]).under(hs.system["two-round"]()).by_party == {"a": 1}
    assert seats(election_of([[40, 35, 25]]).under(hs.system["two-round"](), Seeded(1))) in ({"d0": {"a": 1}}, {"d0": {"b": 1}})
    with pytest.raises(TieUnresolved):
        election_of([[40, 30, 30]]).under(hs.system["two-round"]())


@pytest.mark.parametrize(
    "text",
    ["ams:share=0", "mmp:electorates=-1", "folketing:threshold=2", "storting:share=0", "riksdag:share=2", "althingi:threshold=-1",
     "bundestag-2013:constituencies=0", "parallel:threshold=2", "scorporo:cost=half", "scorporo:share=0", "av-plus:share=0",
     "majority-bonus:form=none", "majority-bonus:bonus=2", "limited-vote:votes=0", "two-round:qualify=2", "biproportional:quorum=2"],
)  # fmt: skip
def test_settings_that_cannot_be(text: str) -> None:
    with pytest.raises(SettingError, match=text.replace(":", ": ").partition("=")[0]):
        hs.system.parse(text)


def test_lumps_are_told_once_and_what_becomes_of_them_by_system() -> None:
    parties = (Party("con"), Party("lab"), Party("other", lump=True))
    tally = Tally(parties, np.array([[5, 4, 2], [3, 6, 1]]), np.ones((2, 3), dtype=bool))
    districts = (District("a", "A", region="x"), District("b", "B", region="x"))
    comparison = hs.compare(Election("made", "up", None, (Contest("main", districts, tally),), Provenance("made up")), ["fptp", "list-pr"])
    first, second = (set(outcome.assumed) for outcome in comparison.outcomes)
    assert {note for note in first & second if "lumps" in note or "adds up" in note} == {"the source adds up several candidates as other (3 votes)"}
    assert "of such lumps each is taken for one candidate in a district" in first
    assert "of such lumps none is a list or wins a seat" in second
