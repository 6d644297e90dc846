"""Who takes part, and who is elected from a list: laws in small examples, composed as statutes compose them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.errors import SettingError, TieUnresolved
from hustings.lists import Closed, Open, PartyList, SemiOpen, free_lists
from hustings.lots import Lot
from hustings.thresholds import AllOf, AnyOf, ByMembers, DirectSeats, Exempt, Field, SeatShare, Share, Threshold, passing

FIVE = Share(Fraction(1, 20))


def field(votes: Sequence[Sequence[int]], **what: Any) -> Field:
    given: dict[str, Any] = {name: np.array(value) if name in ("valid", "blank", "direct", "magnitudes") else value for name, value in what.items()}
    return Field(tuple("abcdef"[: len(votes[0])]), np.array(votes), **given)


def passed(threshold: Threshold, where: Field) -> list[str]:
    """The lists that take part, district by district."""
    return ["".join(name for name, there in zip(where.lists, line, strict=True) if there) for line in threshold(where)]


# Shares.


def test_a_share_is_inclusive_unless_more_is_asked_for() -> None:
    assert passing(FIVE, [95, 5], "ab") == (True, True)
    assert passing(Share(Fraction(1, 20), inclusive=False), [95, 5], "ab") == (True, False)
    assert passing(FIVE, [950_001, 49_999], "ab") == (True, False)


@given(votes=st.lists(st.integers(0, 10**9), min_size=2, max_size=5), share=st.fractions(0, 1), more=st.booleans())
def test_shares_are_exact(votes: list[int], share: Fraction, more: bool) -> None:
    """Against the definition, in fractions, for shares of any denominator."""
    total = sum(votes)
    expected = tuple(number > share * total if more else number >= share * total for number in votes)
    assert passing(Share(share, inclusive=not more), votes, "abcde"[: len(votes)]) == expected


def test_of_what() -> None:
    """Valid votes for others than these lists count, and blank papers where the law says so."""
    votes = [[94, 6]]
    assert passed(FIVE, field(votes)) == ["ab"]
    assert passed(FIVE, field(votes, valid=[130])) == ["a"]
    assert passed(FIVE, field(votes, blank=[30])) == ["ab"]
    assert passed(Share(Fraction(1, 20), blank=True), field(votes, blank=[30])) == ["a"]


def test_in_what_scope() -> None:
    votes, regions = [[90, 10, 0], [98, 2, 0], [50, 0, 50]], ("east", "east", "west")
    where = field(votes, regions=regions)
    assert passed(Share(Fraction(1, 10), "nation"), where) == ["ac"] * 3
    assert passed(Share(Fraction(6, 100), "region"), where) == ["ab", "ab", "ac"]
    assert passed(Share(Fraction(6, 100), "district"), where) == ["ab", "a", "ac"]
    assert passed(Share(Fraction(6, 100), "district", areas=1), where) == ["abc"] * 3
    assert passed(Share(Fraction(6, 100), "district", areas=2), where) == ["a"] * 3


def test_alternatives_and_exemptions() -> None:
    """New Zealand's one electorate, Germany's three and its minorities, in one district and in many."""
    votes = [40_000, 55_000, 4_900, 100]
    assert passing(AnyOf(FIVE, DirectSeats(1)), votes, "abcd", direct=[3, 5, 1, 0]) == (True, True, True, False)
    assert passing(AnyOf(FIVE, DirectSeats(3), Exempt(("d",))), votes, "abcd", direct=[3, 5, 1, 0]) == (True, True, False, True)
    spread = field([[90, 10, 1], [90, 10, 1]], direct=[[0, 0, 1], [0, 0, 1]])
    assert passed(AnyOf(FIVE, DirectSeats(2)), spread) == ["abc", "abc"]
    assert passed(AnyOf(FIVE, DirectSeats(2, "district")), spread) == ["ab", "ab"]


def test_sweden_twelve_per_cent_of_a_district_count_there_alone() -> None:
    where = field([[850, 150], [5000, 10]])
    assert passed(AnyOf(Share(Fraction(4, 100)), Share(Fraction(12, 100), "district")), where) == ["ab", "a"]


def test_denmark_votes_for_a_seat_in_two_of_three_provinces() -> None:
    regions = ("capital", "islands", "jutland")
    rule = AnyOf(Share(Fraction(2, 100)), SeatShare("region", areas=2))
    magnitudes = [50, 60, 65]
    twice = field([[5000, 110], [6000, 120], [9000, 0]], regions=regions, magnitudes=magnitudes)
    once = field([[5000, 110], [6000, 90], [9000, 0]], regions=regions, magnitudes=magnitudes)
    assert passed(rule, twice) == ["ab"] * 3
    assert passed(rule, once) == ["a"] * 3


def test_zurich_five_per_cent_in_one_district_or_three_in_the_whole() -> None:
    """Zug and Aargau: a quorum in one district or a smaller one in the whole."""
    rule = AnyOf(Share(Fraction(5, 100), "district", areas=1), Share(Fraction(3, 100)))
    assert passed(rule, field([[94, 6, 0], [9000, 0, 290]])) == ["abc", "abc"]
    assert passed(rule, field([[96, 4, 0], [9000, 0, 250]])) == ["a", "a"]


def test_a_coalition_needs_more() -> None:
    """5 per cent for a party, 7 for two or three together, 10 for more."""
    table = ByMembers(((1, FIVE), (2, Share(Fraction(7, 100))), (4, Share(Fraction(10, 100)))))
    votes = [[800, 60, 60, 80]]
    assert passed(table, field(votes)) == ["abcd"]
    assert passed(table, field(votes, members=(1, 1, 2, 3))) == ["abd"]
    assert passed(table, field(votes, members=(1, 1, 1, 4))) == ["abc"]
    with pytest.raises(SettingError, match="starts with 1"):
        ByMembers(((2, FIVE),))


def test_all_of() -> None:
    both = AllOf(Share(Fraction(1, 10)), Share(Fraction(1, 5), "district", areas=1))
    assert passed(both, field([[80, 15, 5], [70, 15, 25]])) == ["ac", "ac"]


@pytest.mark.parametrize(
    ("threshold", "what", "says"),
    [
        (Share(Fraction(1, 20), "region"), {}, "no regions"),
        (SeatShare(), {"regions": ("x",)}, "no magnitudes"),
        (FIVE, {"regions": ("x", "y")}, "as many"),
        (FIVE, {"direct": [1, 2]}, "shape"),
        (FIVE, {"valid": [1, 2]}, "as many"),
    ],
)
def test_mistakes_are_named(threshold: Threshold, what: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        threshold(field([[5, 5]], **what))


def test_no_such_share() -> None:
    with pytest.raises(SettingError, match="0 to 1"):
        Share(Fraction(5))
    with pytest.raises(SettingError, match="nation"):
        Share(Fraction(1, 20), "province")  # type: ignore[arg-type]  # just that


# Lists.

LIST = PartyList("red", ("Ann", "Bob", "Cat", "Dan"), (10, 70, 70, 200), votes=1000, unmarked=650)


def test_closed() -> None:
    chosen = Closed()(LIST, 2)
    assert (chosen.elected, chosen.following) == (("Ann", "Bob"), ("Cat", "Dan"))
    away = PartyList("red", ("Ann", "Bob"), unavailable=frozenset({"Ann"}))
    assert Closed()(away, 2).elected == ("Bob",)  # elected in a constituency, and the list runs out


def test_open() -> None:
    assert Open()(LIST, 2).elected == ("Dan", "Bob")
    with pytest.raises(TieUnresolved, match="Bob and Cat"):
        Open(ties="lot")(LIST, 2)
    drawn = Open(ties="lot")(LIST, 2, lambda w, r, t: Lot(w, r, tuple(t), "Cat", "drawn"))
    assert (drawn.elected, len(drawn.lots)) == (("Dan", "Cat"), 1)
    assert Open(ties="lot")(LIST, 3).elected == ("Dan", "Bob", "Cat")  # seats enough for both: no lot


def test_semi_open_of_the_list() -> None:
    """Lords 2012 and Sweden: 5 per cent of the list's votes; the others follow in list order."""
    assert SemiOpen(Fraction(1, 20))(LIST, 4).elected == ("Dan", "Bob", "Cat", "Ann")
    assert SemiOpen(Fraction(1, 10))(LIST, 3).elected == ("Dan", "Ann", "Bob")
    assert SemiOpen(Fraction(7, 100))(LIST, 2).elected == ("Dan", "Bob")
    assert SemiOpen(Fraction(7, 100), inclusive=False)(LIST, 2).elected == ("Dan", "Ann")


def test_semi_open_of_the_quota() -> None:
    """The Netherlands: a quarter of the quota."""
    assert SemiOpen(Fraction(1, 4), "quota")(LIST, 2, quota=280).elected == ("Dan", "Bob")
    assert SemiOpen(Fraction(1, 4), "quota")(LIST, 2, quota=281).elected == ("Dan", "Ann")
    with pytest.raises(SettingError, match="give the quota"):
        SemiOpen(Fraction(1, 4), "quota")(LIST, 2)


def test_unmarked_votes_are_passed_down_the_list() -> None:
    """Belgium (Code électoral, art. 172): half of them fill the first up to what a seat costs, then the second; then by votes."""
    rule = SemiOpen(Fraction(1), "seat", devolved=Fraction(1, 2), rest="votes")
    # A seat costs 1000 / 3 = 333 1/3. Ann lacks 323 1/3 of it and is passed them; 1 2/3 of 325 are left for Bob.
    assert rule(LIST, 2).elected == ("Ann", "Dan")
    assert rule(LIST, 4).elected == ("Ann", "Bob", "Dan", "Cat")  # it costs 200: Ann is passed 190, Bob 130; Dan has it
    level = PartyList("red", ("Ann", "Bob", "Cat"), (0, 0, 90), votes=390, unmarked=60)
    assert rule(level, 1).elected == ("Cat",)
    assert SemiOpen(Fraction(1), "seat", devolved=Fraction(1, 2))(level, 1).elected == ("Ann",)


def test_free() -> None:
    """Two votes a name, names of other lists, blank lines for the list at the head, none for a paper without one."""
    lists = free_lists(
        {"red": ["Ann", "Bob"], "blue": ["Cat"]},
        [("red", ["Ann", "Ann", "Ann"], 10), ("", ["Cat", "Bob"], 5), ("blue", ["Cat", "Cat", "Ann", "Bob", "Bob"], 1)],
        lines=4,
    )
    assert lists["red"].personal == (21, 6)
    assert lists["red"].votes == 21 + 6 + 20
    assert lists["blue"].personal == (7,)
    assert lists["blue"].votes == 7
    with pytest.raises(SettingError, match="no list"):
        free_lists({"red": ["Ann"]}, [("red", ["Zoe"], 1)], lines=2)
    with pytest.raises(SettingError, match="two lists"):
        free_lists({"red": ["Ann"], "blue": ["Ann"]}, [], lines=2)


@pytest.mark.parametrize("rule", [Closed(), Open(), SemiOpen(Fraction(1, 20)), SemiOpen(Fraction(1), "seat", devolved=Fraction(1, 2))])
@given(personal=st.lists(st.integers(0, 50), min_size=1, max_size=6), seats=st.integers(0, 8))
def test_everybody_once(rule: Any, personal: list[int], seats: int) -> None:
    party = PartyList("x", tuple("abcdef"[: len(personal)]), tuple(personal), votes=sum(personal) + 30, unmarked=30)
    chosen = rule(party, seats)
    assert sorted(chosen.elected + chosen.following) == sorted(party.candidates)
    assert len(chosen.elected) == min(seats, len(personal))


def test_list_mistakes() -> None:
    with pytest.raises(SettingError, match="personal"):
        PartyList("x", ("a", "b"), (1,))
    with pytest.raises(SettingError, match="twice"):
        PartyList("x", ("a", "a"))
    with pytest.raises(SettingError, match="negative"):
        PartyList("x", ("a",), (-1,))
    with pytest.raises(SettingError, match="neither order nor lot"):
        Open(ties="age")
    with pytest.raises(SettingError, match="neither order nor votes"):
        SemiOpen(Fraction(1, 4), rest="age")
    with pytest.raises(SettingError, match="list, quota or seat"):
        SemiOpen(Fraction(1, 4), "vote")
