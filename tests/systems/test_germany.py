"""The Bundestag of 2017 and 2021 under the Acts then in force, from votes by constituency, and 2025 from national votes."""

from collections.abc import Iterator

import pytest

import hustings as hs
from catalogued import made
from hustings.election import Election
from hustings.outcome import Outcome


def by_land(outcome: Outcome, election: Election) -> Iterator[tuple[str, dict[str, int]]]:
    """(Land, party → seats, those of constituencies included)."""
    assert election.upper is not None
    lower = {district.id: row for row, district in enumerate(outcome.districts)}
    for land in election.upper.districts:
        seats = outcome.seats[[lower[land.id], *(lower[part] for part in land.parts)]].sum(axis=0)
        yield land.name, {party.id: int(number) for party, number in zip(outcome.parties, seats, strict=True) if number}


# Seats of the parties: 2017 Bundeswahlleiter, Heft 3; 2021 the same, final result of 15 October 2021.
OFFICIAL = {
    2017: ("bundestag-2013", {"cdu": 200, "spd": 153, "afd": 94, "fdp": 80, "die linke": 69, "grüne": 67, "csu": 46}),
    2021: ("bundestag-2021", {"spd": 206, "cdu": 152, "grüne": 118, "fdp": 92, "afd": 83, "csu": 45, "die linke": 39, "ssw": 1}),
}


@pytest.mark.parametrize("year", OFFICIAL)
def test_seats_of_the_parties(year: int) -> None:
    name, official = OFFICIAL[year]
    outcome = made("bundestag", str(year)).under(hs.system[name]())
    assert outcome.by_party == official
    assert outcome.house == sum(official.values())
    assert not outcome.lots


# By Land, Schleswig-Holstein to Thüringen in the official numbering 1-16: no official table, but the output of an independent
# program for the same Acts (PaulKeydel/Sitzverteilung_BT, BTW17_reform2013.txt and BTW21_reform2020.txt); 2017 in
# Mecklenburg-Vorpommern is official too (Heft 3).
ELSEWHERE = {
    2017: {
        "cdu": [10, 4, 21, 1, 42, 17, 14, 38, 0, 3, 6, 9, 6, 12, 9, 8],
        "spd": [6, 5, 20, 2, 41, 12, 9, 16, 18, 3, 5, 4, 2, 4, 3, 3],
        "die linke": [2, 2, 5, 1, 12, 4, 3, 6, 7, 1, 6, 4, 3, 6, 4, 3],
        "grüne": [3, 2, 6, 1, 12, 5, 3, 13, 11, 1, 4, 1, 1, 2, 1, 1],
        "csu": [0, 0, 0, 0, 0, 0, 0, 0, 46, 0, 0, 0, 0, 0, 0, 0],
        "fdp": [3, 2, 7, 0, 20, 6, 4, 12, 12, 1, 3, 2, 1, 3, 2, 2],
        "afd": [2, 1, 7, 1, 15, 6, 4, 11, 14, 1, 4, 5, 3, 11, 4, 5],
    },
    2021: {
        "cdu": [6, 3, 18, 1, 42, 12, 9, 33, 0, 2, 5, 4, 3, 7, 4, 3],
        "spd": [8, 5, 25, 2, 49, 15, 12, 22, 23, 4, 7, 10, 6, 8, 5, 5],
        "afd": [2, 1, 6, 0, 12, 5, 4, 10, 12, 1, 3, 5, 3, 10, 4, 5],
        "fdp": [4, 2, 8, 1, 19, 7, 5, 16, 14, 1, 3, 2, 1, 5, 2, 2],
        "die linke": [1, 1, 3, 0, 6, 2, 1, 3, 4, 1, 4, 2, 2, 4, 2, 3],
        "grüne": [6, 4, 13, 1, 27, 9, 5, 18, 19, 0, 7, 2, 1, 4, 1, 1],
        "csu": [0, 0, 0, 0, 0, 0, 0, 0, 45, 0, 0, 0, 0, 0, 0, 0],
        "ssw": [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    },
}  # fmt: skip
LAENDER = [
    "Schleswig-Holstein", "Hamburg", "Niedersachsen", "Bremen", "Nordrhein-Westfalen", "Hessen", "Rheinland-Pfalz",
    "Baden-Württemberg", "Bayern", "Saarland", "Berlin", "Brandenburg", "Mecklenburg-Vorpommern", "Sachsen", "Sachsen-Anhalt", "Thüringen",
]  # fmt: skip


@pytest.mark.parametrize("year", ELSEWHERE)
def test_seats_by_land(year: int) -> None:
    election = made("bundestag", str(year))
    found = dict(by_land(election.under(hs.system[OFFICIAL[year][0]]()), election))
    assert {party: [found[land].get(party, 0) for land in LAENDER] for party in ELSEWHERE[year]} == ELSEWHERE[year]
