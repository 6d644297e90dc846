"""Who has most votes: of parties, of candidates where they are named, in districts of several members, and without a vote."""

from collections.abc import Sequence

import numpy as np
import pytest

import hustings as hs
from hustings.counting.plurality import plurality
from hustings.election import Candidacy, Candidate, Contest, District, Election, Party, Provenance, Tally
from hustings.errors import TieUnresolved, Unsuitable
from hustings.lots import Seeded, refuse

PARTIES = (Party("a"), Party("b"), Party("ind", lump=True))


def contest(votes: list[int], named: Sequence[tuple[str, str, int, int | None]] = (), magnitude: int = 1, method: str = "fptp") -> Contest:
    table = np.array([votes])
    there = [Candidacy(Candidate(name, party), number, elected) for name, party, number, elected in named]
    stood = table > 0
    for candidacy in there:
        stood[0, [party.id for party in PARTIES].index(candidacy.candidate.party)] = True
    return Contest("c", (District("d", "Dover", magnitude),), Tally(PARTIES, table, stood), None, method, (tuple(there),) if named else ())


def seats(of: Contest, seed: int | None = None) -> list[int]:
    found: list[int] = plurality(of, "r. 49", refuse if seed is None else Seeded(seed))[0][0].tolist()
    return found


def test_candidates_of_a_lump_are_counted_singly() -> None:
    assert seats(contest([40, 30, 50])) == [0, 0, 1]
    assert seats(contest([40, 30, 50], [("A", "a", 40, None), ("B", "b", 30, None), ("C", "ind", 26, None), ("D", "ind", 24, None)])) == [1, 0, 0]
    assert seats(contest([40, 30, 50], [("A", "a", 40, None), ("B", "b", 30, None), ("C", "ind", 41, None), ("D", "ind", 9, None)])) == [0, 0, 1]


def test_a_tie_of_named_candidates_is_drawn_by_name() -> None:
    tied = contest([40, 0, 41], [("A", "a", 40, None), ("C", "ind", 40, None), ("D", "ind", 1, None)])
    with pytest.raises(TieUnresolved, match=r"Dover: A and C are tied and r\. 49 calls for a lot"):
        seats(tied)
    drawn, (lot,) = plurality(tied, "r. 49", Seeded(3))
    assert lot.tied == ("A", "C")
    assert drawn[0].tolist() == ([1, 0, 0] if lot.chosen == "A" else [0, 0, 1])


def test_several_members() -> None:
    assert seats(contest([40, 30, 20], magnitude=2)) == [2, 0, 0]
    named = [("A", "a", 40, None), ("B", "b", 20, None), ("C", "ind", 25, None), ("D", "ind", 24, None)]
    assert seats(contest([40, 20, 49], named, magnitude=2)) == [1, 0, 1]
    assert seats(contest([40, 20, 49], named, magnitude=3)) == [1, 0, 2]


def test_several_members_and_a_tie_for_the_last_place() -> None:
    named = [("A", "a", 40, None), ("B", "b", 20, None), ("C", "ind", 20, None), ("D", "ind", 20, None)]
    _, lots = plurality(contest([40, 20, 40], named, magnitude=3), "r. 49", Seeded(1))
    assert [len(lot.tied) for lot in lots] == [3, 2]
    with pytest.raises(TieUnresolved, match="a and b are tied"):
        seats(contest([40, 40, 20], magnitude=2))


def test_several_members_where_the_source_does_not_say_how() -> None:
    with pytest.raises(Unsuitable, match="there are districts of several members; first past the post elects one in each"):
        seats(contest([40, 30, 20], magnitude=2, method=""))


def test_whoever_is_returned_unopposed_has_a_seat_without_a_vote() -> None:
    alone = contest([0, 0, 0], [("", "a", 0, 2), ("", "b", 0, 1)], magnitude=3)
    assert seats(alone) == [2, 1, 0]
    election = Election("s", "e", None, (alone,), Provenance("made"))
    assert election.under(hs.system["fptp"]()).by_party == {"a": 2, "b": 1}
    assert election.under(hs.system["declared"]()).by_party == {"a": 2, "b": 1}
