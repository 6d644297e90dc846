"""The laws of every system and measure: a new entry is tested by existing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import definitions
import hustings as hs
from hustings.election import Contest, Election, Tally
from hustings.errors import SettingError, TieUnresolved, Unsuitable
from hustings.lots import Lot, Seeded, refuse
from hustings.outcome import Outcome
from hustings.registry import Registry
from strategies import election_of, party_elections, two_tier_elections

# `needs` says what a system cannot do without and a generated election does not have; `tiers` that it looks at a second
# contest; `house` that the house is not always that of the election: it `grows`, or is the law's `own`.
TRAITS = {name: hs.system.entry(name).traits for name in sorted(hs.system)}
SYSTEMS = [name for name, traits in TRAITS.items() if "needs" not in traits]
MEASURES = sorted(hs.measure)
CHOICES = [
    (registry, name, setting.name)
    for registry in (hs.scenario, hs.method, hs.system, hs.chart)
    for name in registry
    for setting in registry.entry(name).settings
    if setting.choices
]
PATIENT = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def under(election: Election, name: str) -> Outcome:
    outcome: Outcome = election.under(hs.system[name](), Seeded(7))
    return outcome


def elections(name: str, data: st.DataObject) -> Election:
    """An election of one tier, or now and then of two for a system that looks at both."""
    election: Election = data.draw(st.one_of(party_elections(), two_tier_elections()) if TRAITS[name].get("tiers") else party_elections())
    return election


def reordered(election: Election, order: list[int]) -> Election:
    def turned(contest: Contest) -> Contest:
        tally = contest.counted()
        parties = tuple(tally.parties[column] for column in order)
        return Contest(contest.name, contest.districts, Tally(parties, tally.votes[:, order], tally.stood[:, order]))

    return replace(election, contests=tuple(map(turned, election.contests)))


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(data=st.data())
def test_fills_the_house(name: str, data: st.DataObject) -> None:
    election = elections(name, data)
    outcome = under(election, name)
    assert int(outcome.seats.sum()) == outcome.house == sum(district.magnitude for district in outcome.districts)
    statutory = sum(contest.house for contest in election.contests)
    grown = TRAITS[name].get("house")
    assert grown == "own" or (outcome.house >= statutory if grown == "grows" else outcome.house == statutory)


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(data=st.data())
def test_no_votes_no_seats(name: str, data: st.DataObject) -> None:
    outcome = under(elections(name, data), name)
    rows = outcome.seats[: len(outcome.tally.votes)]
    assert not rows[outcome.tally.votes == 0].any()
    assert not outcome.total[(outcome.basis.total == 0) & (outcome.tally.total == 0)].any()


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(data=st.data())
def test_votes_are_conserved(name: str, data: st.DataObject) -> None:
    election = elections(name, data)
    outcome = under(election, name)
    before = dict(zip((p.id for p in election.main.counted().parties), election.main.counted().total.tolist(), strict=True))
    assert dict(zip((p.id for p in outcome.parties), outcome.tally.total.tolist(), strict=True)) == before
    valid = dict(zip((district.name for district in outcome.districts), outcome.tally.valid.tolist(), strict=False))
    for transcript in outcome.transcripts:
        assert transcript.valid + transcript.invalid == valid[transcript.name]


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(data=st.data())
def test_determinism(name: str, data: st.DataObject) -> None:
    election = elections(name, data)
    one, other = under(election, name), under(election, name)
    assert (one.seats == other.seats).all()
    assert one.lots == other.lots
    assert one.transcripts == other.transcripts


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(data=st.data())
def test_neutrality(name: str, data: st.DataObject) -> None:
    """The order in which a source lists the parties changes nothing."""
    election = elections(name, data)
    order = list(range(len(election.main.counted().parties)))[::-1]
    turned = under(reordered(election, order), name)
    told = "the order of the parties decides: a tie that is broken in silence? Ask `lots` where two are level"
    assert (under(election, name).seats[:, order] == turned.seats).all(), told


@pytest.mark.parametrize("name", SYSTEMS)
@PATIENT
@given(data=st.data())
def test_no_silent_tie(name: str, data: st.DataObject) -> None:
    """What no lot decided comes out the same whoever draws; what a lot decides is refused unless somebody draws."""
    election = elections(name, data)

    def last(where: str, rule: str, tied: object) -> Lot:
        names = tuple(sorted(tied))  # type: ignore[call-overload]  # a sequence of names
        return Lot(where, rule, names, names[-1], "the last by name")

    drawn = election.under(hs.system[name](), last)
    if drawn.lots:
        with pytest.raises(TieUnresolved):
            election.under(hs.system[name](), refuse)
    else:
        assert (election.under(hs.system[name](), refuse).seats == drawn.seats).all()


@pytest.mark.parametrize("name", [name for name in TRAITS if name not in SYSTEMS])
def test_what_a_system_needs_and_does_not_find_is_said(name: str) -> None:
    with pytest.raises(Unsuitable):
        under(election_of([[3, 2], [1, 4]], ["North", "South"]), name)


@pytest.mark.parametrize("name", TRAITS)
def test_the_source_is_cited(name: str) -> None:
    entry = hs.system.entry(name)
    assert entry.cites
    assert entry.doc
    assert "ikipedia" not in entry.cites


@pytest.mark.parametrize(("registry", "name", "setting"), CHOICES)
def test_a_choice_that_is_not_listed_is_refused(registry: Registry, name: str, setting: str) -> None:
    with pytest.raises(SettingError, match=f"{name}: {setting}=none-such is not one of"):
        registry[name](**{setting: "none-such"})


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
