"""The laws of every system and measure: a new entry is tested by existing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import definitions
import hustings as hs
from hustings.election import Contest, Election, Tally
from hustings.errors import TieUnresolved
from hustings.lots import Lot, Seeded, refuse
from hustings.outcome import Outcome
from strategies import party_elections

SYSTEMS = sorted(hs.system)
MEASURES = sorted(hs.measure)
PATIENT = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def under(election: Election, name: str) -> Outcome:
    outcome: Outcome = election.under(hs.system[name](), Seeded(7))
    return outcome


def reordered(election: Election, order: list[int]) -> Election:
    contest = election.main
    tally = contest.counted()
    parties = tuple(tally.parties[column] for column in order)
    turned = Contest(contest.name, contest.districts, Tally(parties, tally.votes[:, order], tally.stood[:, order]))
    return replace(election, contests=(turned,))


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(election=party_elections())
def test_fills_the_house(name: str, election: Election) -> None:
    outcome = under(election, name)
    assert int(outcome.seats.sum()) == outcome.house == sum(district.magnitude for district in outcome.districts)
    assert outcome.house == election.main.house


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(election=party_elections())
def test_no_votes_no_seats(name: str, election: Election) -> None:
    outcome = under(election, name)
    rows = outcome.seats[: len(outcome.tally.votes)]
    assert not rows[outcome.tally.votes == 0].any()
    assert not outcome.total[outcome.basis.total == 0].any()


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(election=party_elections())
def test_votes_are_conserved(name: str, election: Election) -> None:
    outcome = under(election, name)
    before = dict(zip((p.id for p in election.main.counted().parties), election.main.counted().total.tolist(), strict=True))
    assert dict(zip((p.id for p in outcome.parties), outcome.tally.total.tolist(), strict=True)) == before
    for transcript, row in zip(outcome.transcripts, outcome.tally.valid.tolist(), strict=False):
        assert transcript.valid + transcript.invalid == row


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(election=party_elections())
def test_determinism(name: str, election: Election) -> None:
    one, other = under(election, name), under(election, name)
    assert (one.seats == other.seats).all()
    assert one.lots == other.lots
    assert one.transcripts == other.transcripts


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(election=party_elections())
def test_neutrality(name: str, election: Election) -> None:
    """The order in which a source lists the parties changes nothing."""
    order = list(range(len(election.main.counted().parties)))[::-1]
    turned = under(reordered(election, order), name)
    assert (under(election, name).seats[:, order] == turned.seats).all()


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(election=party_elections())
def test_no_silent_tie(name: str, election: Election) -> None:
    """What no lot decided comes out the same whoever draws; what a lot decides is refused unless somebody draws."""

    def last(where: str, rule: str, tied: object) -> Lot:
        names = tuple(sorted(tied))  # type: ignore[call-overload]  # a sequence of names
        return Lot(where, rule, names, names[-1], "the last by name")

    drawn = election.under(hs.system[name](), last)
    if drawn.lots:
        with pytest.raises(TieUnresolved):
            election.under(hs.system[name](), refuse)
    else:
        assert (election.under(hs.system[name](), refuse).seats == drawn.seats).all()


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_source_is_cited(name: str) -> None:
    entry = hs.system.entry(name)
    assert entry.cites
    assert entry.doc
    assert "ikipedia" not in entry.cites


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_a_definition(name: str) -> None:
    assert callable(definitions.MEASURES[name])


@pytest.mark.parametrize("name", MEASURES)
@PATIENT
@given(election=party_elections())
def test_measures_equal_their_definitions(name: str, election: Election) -> None:
    for system in ("fptp", "list-pr", "ams", "stv"):
        outcome = under(election, system)
        found, expected = hs.measure.parse(name)(outcome), definitions.MEASURES[name](outcome)
        assert found == expected if expected is None or isinstance(expected, int) else found == pytest.approx(expected, abs=1e-9)


@PATIENT
@given(election=party_elections())
def test_an_election_is_read_only(election: Election) -> None:
    tally = election.main.counted()
    for array in (tally.votes, tally.stood, tally.total):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    assert isinstance(tally.votes, np.ndarray)
