"""Papers of an Australian state or territory in, its senators out: the unweighted inclusive Gregory count of section 273."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from hustings.counting.methods import method
from hustings.counting.papers import Count
from hustings.counting.ties import last_all_different, last_difference

TIES = {"any-difference": last_difference, "all-different": last_all_different}


@method(
    "australian-senate",
    cites="Commonwealth Electoral Act 1918, s. 273(8)-(32), as amended by the Electoral Legislation Amendment (Assurance of Senate Counting) "
    "Act 2021; s. 273(13A)-(13C) with bulk_exclusion=true from memory, not checked against the text",
    over=Count,
    places=0,
    exact=True,
    family="stv",
)
@dataclass(frozen=True)
class AustralianSenate:
    """Every paper of a surplus passes on at surplus / papers, whatever it was worth; votes are whole numbers, cut at each transfer.

    As the Act stands for a count by computer. For 2016: as it is; 2013: `bulk_exclusion=true`; 2019 and 2022:
    `cut_short=true`; and the Act to the letter before 2021: `bulk_exclusion=true,ties=all-different`.

    Attributes
    ----------
    ties : of several lowest that are level, who is lower: by the last count at which any two of them differed (since 2021, s. 273(31A),
        and before that the Commission's practice), or at which no two were level (the Act before 2021).
    bulk_exclusion : several go together where s. 273(13A) allows it: in counts by hand, and before 2021 in all.
    cut_short : s. 273(18) applies as soon as somebody is to be excluded, before any paper has moved, as the Commission read it in 2019.

    Readings
    --------
    s. 273(17), (18): when they bite is left open. Not while a surplus or a value of an excluded candidate's papers is
    still to be transferred, as the Commission counted in 2013 and 2016. `test_the_last_vacancy_waits_for_surpluses`
    s. 273(13AA): what is cut from a pile of papers is theirs again when they next move; so a count may lose less to
    fractions than the one before, as the Commission's sheets show. `test_a_fraction_comes_back`
    """

    ties: Literal["any-difference", "all-different"] = "any-difference"
    bulk_exclusion: bool = False
    cut_short: bool = False

    def __call__(self, count: Count) -> None:
        count.sort_first_preferences(rule="273(8)")
        count.quota = count.droop()  # s. 273(8)
        elect(count, count.at_quota(), rule="273(8)")
        while count.places_left:
            if surpluses := count.surpluses():
                first = surpluses[0]  # s. 273(21)-(23): elected at the earliest count, by the largest surplus
                count.transfer_surplus(first, rule="273(9)-(14)", value=Fraction(count.surplus(first), count.papers[first]))
                elect(count, count.at_quota(), rule="273(9)-(14)")
            elif len(count.continuing) <= count.places_left:
                elect(count, count.continuing, rule="273(18)")
            elif count.places_left == 1 and len(count.continuing) == 2:
                count.elect([count.first(count.continuing, max, rule="273(17)", history=())], rule="273(17)")
            else:
                lowest = (bulk(count) if self.bulk_exclusion else []) or [count.first(count.continuing, min, "273(31)", TIES[self.ties])]
                if self.cut_short and len(count.continuing) - len(lowest) == count.places_left:
                    count.deem_excluded(lowest)
                else:
                    exclude(count, lowest)


def elect(count: Count, who: Sequence[int], rule: str) -> None:
    """Elect in order of votes; of those level, by the last count at which no two of them were, else by lot (s. 273(20), (22))."""
    left = list(who)
    while left:
        left.remove(best := count.first(left, max, rule="273(20)", ties=last_all_different))
        count.elect([best], rule)


def exclude(count: Count, lowest: Sequence[int]) -> None:
    """Transfer the papers of each value in a count of its own, the dearest first, until the vacancies are filled (s. 273(13AA))."""
    count.begin_exclusion(lowest, rule="273(13)")
    for number, parcels in enumerate(count.by_value(lowest)):
        if number:
            count.begin("exclusion", lowest, rule="273(13AA)(b)")
        count.transfer(parcels)
        elect(count, count.at_quota(), rule="273(14)")
        if not count.places_left:
            return


def bulk(count: Count) -> list[int]:
    """Who go together (s. 273(13A)-(13C)); nobody if the provision does not apply."""
    assert count.quota is not None
    poll = sorted(count.continuing, key=lambda who: count.votes[who])
    shortfall = [count.quota - count.votes[who] for who in poll]
    notional = sum(count.surplus(who) for who in count.elected)
    votes: list[int] = []
    for who in poll:
        notional += count.votes[who]
        votes.append(notional)
    vacancy_shortfall = sum(shortfall[-count.places_left :])
    candidate_a = next((place for place, number in enumerate(votes) if number >= vacancy_shortfall), len(poll))
    below = [place for place in range(min(candidate_a, len(poll) - 1)) if votes[place] < count.votes[poll[place + 1]]]
    if not below:
        return []
    last = below[-1]
    if votes[last] >= shortfall[-1]:
        last = max((place for place in range(len(poll)) if votes[place] < shortfall[-1]), default=-1)
    together = poll[: last + 1]
    return together if len(together) > 1 and len(poll) - len(together) >= count.places_left else []
