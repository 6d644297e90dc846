"""Papers of a Minneapolis race in, its winners out: the multiple-seat single transferable vote of the city's code."""

from dataclasses import dataclass
from fractions import Fraction

from hustings.counting.methods import method
from hustings.counting.papers import Count
from hustings.counting.reading import Reading
from hustings.counting.ties import no_history


@method(
    "minneapolis",
    cites="Minneapolis Code of Ordinances, Title 8.5, ch. 167, ss. 167.20, 167.70(c), as amended by 2013-Or-055 and 2015-Or-065",
    over=Count,
    places=4,
    reading=Reading(skips=None, overvotes="skip", repeats="ignore", first_required=False),
    family="stv",
)
@dataclass(frozen=True)
class Minneapolis:
    """Weighted inclusive Gregory to four decimals; all who can no longer win go together, before any surplus moves.

    Attributes
    ----------
    write_ins : the candidate who stands for all undeclared write-ins, and goes in the second round.

    Readings
    --------
    s. 167.70(b): the first tabulation by the maximum possible threshold elects nobody whom s. 167.70(c) would not; left out.
    s. 167.70(c)(1)d: a candidate is elected when his surplus is transferred; till then he continues, and receives papers.
    `test_whoever_is_at_the_threshold_still_receives`
    """

    write_ins: str = "Undeclared Write-ins"

    def __call__(self, count: Count) -> None:
        count.sort_first_preferences(rule="167.70(c)(1)a")
        count.quota = count.droop()  # s. 167.20, threshold
        besides = [who for who in count.continuing if count.candidates[who].name == self.write_ins]
        while not finished(count):
            # s. 167.20, mathematically impossible to be elected; and at the beginning of the second round, undeclared write-ins.
            hopeless = max(count.safely_excluded(besides=besides), default=0)
            losers = besides + [who for who in reversed(count.by_votes()) if who not in besides][:hopeless]
            besides = []
            if losers:
                defeat(count, losers, rule="167.70(c)(1)c")
            elif over := [who for who in count.at_quota() if count.surplus(who)]:
                first = count.first(over, max, rule="167.70(c)(1)d", ties=no_history)
                count.elect([first], rule="167.70(c)(1)d")
                fraction = Fraction(count.surplus(first) * count.one // count.votes[first], count.one)
                count.transfer_surplus(first, rule="167.70(c)(1)d", fraction=fraction)
            else:
                defeat(count, [count.first(count.continuing, min, rule="167.70(c)(1)e", ties=no_history)], rule="167.70(c)(1)e")


def defeat(count: Count, losers: list[int], rule: str) -> None:
    """Defeat candidates; in the final round they retain their votes."""
    if len(count.continuing) - len(losers) == count.places_left:
        count.deem_excluded(losers)
    else:
        count.exclude(losers, rule)


def finished(count: Count) -> bool:
    """Elect whoever is left, if as many are at the threshold, or as many continue, as there are seats."""
    reached = count.at_quota()
    if len(reached) == count.places_left:
        count.elect(reached, rule="167.70(c)(1)a")
    elif len(count.continuing) <= count.places_left:
        count.elect(count.by_votes(), rule="167.70(c)(1)f")
    return not count.places_left
