"""More votes or fewer, parties that come and go: by hand, and to the last vote."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hustings as hs
from hustings.election import Election
from hustings.errors import SettingError, UnknownName, Unsuitable
from hustings.registry import describe
from strategies import election_of, party_elections

Turnout, NewParty, Withdrawal = (hs.scenario[name] for name in ("turnout", "new-party", "withdrawal"))
PATIENT = settings(max_examples=40, deadline=None)
TWO = [[60, 30, 10], [20, 60, 25]]


def votes(election: Election) -> list[list[int]]:
    found: list[list[int]] = election.main.counted().votes.tolist()
    return found


def test_a_region_by_hand() -> None:
    """The South has 105 votes: a tenth more is 115.5, 116; 20.09 × 1.1 … of 116: 22.10, 66.29, 27.62."""
    after = election_of(TWO, ["North", "South"]).given(Turnout({"south": Fraction(11, 10)}))
    assert votes(after) == [[60, 30, 10], [22, 66, 28]]
    assert "205 votes become 216" in after.provenance.notes[0]


def test_a_party_by_hand() -> None:
    """B's voters half as many again: 60, 45, 10 of 115; 20, 90, 25 of 135."""
    assert votes(election_of(TWO).given(Turnout({"b": 1.5}, by="party"))) == [[60, 45, 10], [20, 90, 25]]


def test_no_more_votes_than_electors() -> None:
    """The first district has 1,000 electors: twelve times 100 votes stop there, in proportion."""
    after = election_of(TWO).given(Turnout({"District 0": 12}, by="name"))
    assert votes(after) == [[600, 300, 100], [20, 60, 25]]
    assert any("1 districts reach that, District 0" in note for note in after.provenance.notes)


@PATIENT
@given(election=party_elections(), tenths=st.integers(0, 30))
def test_turnout_keeps_who_stood_and_the_cap(election: Election, tenths: int) -> None:
    after = election.given(Turnout({"a": Fraction(tenths, 10)}, by="party"))
    tally, before = after.main.counted(), election.main.counted()
    assert (tally.stood == before.stood).all()
    assert all(valid <= (district.electorate or valid) for valid, district in zip(tally.valid, after.main.districts, strict=True))
    if tenths == 10:
        assert votes(after) == votes(election)
    assert (tally.votes[:, 1:] == before.votes[:, 1:]).all()


def test_a_new_party_by_hand() -> None:
    """A fifth of 100 votes, three from A to one from B: 15 and 5. The second district is left out."""
    after = election_of(TWO, ["North", "South"]).given(NewParty({"a": 3, "b": 1}, "new", Fraction(1, 5), ("region=North",)))
    assert [party.id for party in after.main.counted().parties] == ["a", "b", "c", "new"]
    assert votes(after) == [[45, 25, 10, 20], [20, 60, 25, 0]]
    assert after.main.counted().stood[:, 3].tolist() == [True, False]


def test_a_new_party_takes_no_more_than_there_is() -> None:
    """Half of 100, all from C with 10 and A: C has 25 of 50 to give by weight and gives its 10, A makes up for it with 40."""
    after = election_of([[60, 30, 10]]).given(NewParty({"a": 1, "c": 1}, share=Fraction(1, 2)))
    assert votes(after) == [[20, 30, 0, 50]]
    alone = election_of([[60, 30, 10]]).given(NewParty({"c": 1}, share=Fraction(1, 2)))
    assert votes(alone) == [[60, 30, 0, 10]]
    assert any("fewer votes than that" in note for note in alone.provenance.notes)


def test_a_party_enters_where_it_did_not_stand() -> None:
    election = election_of([[60, 40, 0], [50, 40, 10]])
    after = election.given(NewParty({}, "c", Fraction(1, 10)))
    assert votes(after) == [[54, 36, 10], [50, 40, 10]]
    with pytest.raises(Unsuitable, match="c stands in all these districts already"):
        after.given(NewParty({}, "c"))


@PATIENT
@given(election=party_elections(), share=st.integers(1, 100))
def test_a_new_party_conserves_votes(election: Election, share: int) -> None:
    before = election.main.counted()
    for draws in ({}, {"a": 1}, {"a": 2, "b": 1}):
        after = election.given(NewParty(draws, share=Fraction(share, 100))).main.counted()
        assert (after.valid == before.valid).all()
        assert (after.votes[:, :-1] <= before.votes).all()


def test_a_withdrawal_by_hand() -> None:
    """Of C's 10 and 25, 70 per cent go to A and 20 stay at home; the tenth that is left follows the matrix to B, the only other."""
    after = election_of(TWO).given(Withdrawal({"c.a": 0.7, "c.none": 0.2}, "c"))
    assert votes(after) == [[67, 31, 0], [38, 62, 0]]  # 17.5, 2.5, 5: level remainders by id
    assert not after.main.counted().stood[:, 2].any()
    assert votes(election_of(TWO).given(Withdrawal({}, "c", "abstain", held_by="a"))) == [[60, 30, 0], [20, 60, 25]]


@PATIENT
@given(election=party_elections())
def test_a_withdrawal_loses_only_who_stays_at_home(election: Election) -> None:
    before = election.main.counted()
    after = election.given(Withdrawal({}, "b"))
    tally = after.main.counted()
    (note,) = after.provenance.notes
    home = int(note.split(" to others, ")[1].split(" to nobody")[0].replace(",", ""))
    assert int(before.total.sum()) - int(tally.total.sum()) == home
    assert tally.total[1] == 0
    assert (tally.votes[:, [0, *range(2, len(tally.parties))]] >= before.votes[:, [0, *range(2, len(tally.parties))]]).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("turnout:Mars=1.1", "no region is called 'Mars'"),
        ("turnout:by=age", "by=age is not one of region"),
        ("turnout:North=-1", "cannot be negative"),
        ("new-party:share=0", "over 0"),
        ("new-party:z=1", "no party of this election is called 'z'"),
        ("new-party:name=new,new=1", "from others"),
        ("withdrawal", "say who withdraws"),
        ("withdrawal:party=z", "no party of this election is called 'z'"),
        ("withdrawal:party=a,votes=burn", "votes=burn is not one of matrix, abstain"),
        ("withdrawal:party=a,a.b=0.7,a.c=0.7", "more than 1"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises((SettingError, UnknownName), match=message):
        election_of(TWO).given(hs.scenario.parse(text))


def test_nobody_would_be_left() -> None:
    with pytest.raises(Unsuitable, match="nobody but a stands in District 0"):
        election_of([[60, 0], [30, 30]]).given(Withdrawal(party="a"))


@pytest.mark.parametrize("text", ["turnout:North=1.1", "new-party:a=1,name=new,share=0.3", "withdrawal:c.a=0.5,party=c"])
def test_text_reads_back(text: str) -> None:
    scenario = hs.scenario.parse(text)
    assert hs.scenario.parse(describe(scenario)) == scenario
    assert election_of(TWO).given(scenario).provenance.steps == (describe(scenario),)
