"""The supplementary vote: London's published figures, and who stays in."""

import pytest

from by_hand import counted, names, profile
from hustings.errors import TieUnresolved, Unsuitable
from hustings.lots import Seeded

# First choices of the two who stayed in, and second choices for them on the papers of all others (House of Commons
# Library, briefings CBP-7598 and CBP-9231); papers of the others without such a second choice are left out.
LONDON = {
    2016: (("Khan", 1_148_716, 161_427, 1_310_143), ("Goldsmith", 909_755, 84_859, 994_614)),
    2021: (("Khan", 1_013_721, 192_313, 1_206_034), ("Bailey", 893_051, 84_550, 977_601)),
}


@pytest.mark.parametrize("year", LONDON)
def test_london_from_the_table_of_choices(year: int) -> None:
    (one, first_one, second_one, total_one), (two, first_two, second_two, total_two) = LONDON[year]
    papers = profile((one, two, "Others"), (first_one, one[0]), (first_two, two[0]), (second_one, "O" + one[0]), (second_two, "O" + two[0]))
    transcript = counted("sv", papers, 1)
    assert names(transcript) == [one]
    assert [stage.votes for stage in transcript.stages] == [(first_one, first_two, second_one + second_two), (total_one, total_two, 0)]


def test_more_than_half_of_the_first_choices_is_enough() -> None:
    transcript = counted("sv", profile("ABC", (51, "AB"), (29, "BC"), (20, "CB")), 1)
    assert names(transcript) == ["A"]
    assert len(transcript.stages) == 1


def test_all_who_tie_for_second_place_stay_in() -> None:
    """S5."""
    transcript = counted("sv", profile("ABCDE", (40, "A"), (18, "BA"), (18, "CB"), (18, "DC"), (6, "ED")), 1)
    assert names(transcript, transcript.stages[1].excluded) == ["E"]
    assert transcript.stages[1].votes == (40, 18, 18, 24, 0)
    assert names(transcript) == ["A"]


def test_second_choices_of_those_who_stay_and_for_those_who_go_do_not_count() -> None:
    transcript = counted("sv", profile("ABCD", (40, "AB"), (38, "BA"), (12, "CD"), (10, "DB")), 1)
    assert transcript.stages[1].votes == (40, 48, 0, 0)
    assert transcript.stages[1].non_transferable == 12
    assert names(transcript) == ["B"]


def test_a_third_column_is_not_read_and_a_second_choice_like_the_first_is_void() -> None:
    transcript = counted("sv", profile("ABCD", (40, "A"), (35, "B"), (10, "CDB"), (9, "CCB"), (6, " B")), 1)
    assert transcript.stages[1].votes == (40, 35, 0, 0)
    assert (transcript.valid, transcript.invalid) == (94, 6)


def test_equal_votes_call_for_a_lot() -> None:
    papers = profile("AB", (5, "A"), (5, "B"))
    with pytest.raises(TieUnresolved, match="A and B"):
        counted("sv", papers, 1)
    assert len(counted("sv", papers, 1, Seeded(2)).lots) == 1
    with pytest.raises(TieUnresolved, match="A and B and C are tied"):
        counted("sv", profile("ABC", (5, "A"), (5, "B"), (5, "C")), 1)


def test_it_fills_one_seat() -> None:
    with pytest.raises(Unsuitable, match="elects one member"):
        counted("sv", profile("AB", (5, "A"), (4, "B")), 2)
