"""Papers of an American contest in, its winners out: ranked-choice voting, with every option that RCTab has for it."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from hustings.counting.methods import method
from hustings.counting.papers import Count
from hustings.counting.reading import Overvotes, Reading, Repeats
from hustings.counting.ties import Extreme, last_difference, no_history
from hustings.errors import SettingError, Unsuitable
from hustings.lots import Lot, Lots


@method(
    "us-rcv",
    cites="RCTab v2.0.0 (Bright Spots), Configuration File Parameters and config_file_documentation.txt",
    over=Count,
    family="stv",
)
@dataclass(frozen=True)
class UsRcv:
    """Instant runoff, or a single transferable vote counted in rounds, as American places set it in RCTab.

    Undeclared write-ins go out before anybody is elected or excluded. Several may leave in one round, whose papers then
    pass to whoever continues after all of them have left. Rules in the transcript are RCTab's parameters, where it has one.

    Attributes
    ----------
    winners : one (`single`); several by surpluses and exclusions, at most one a round or all who reach the threshold
        (`one-per-round`, `all-per-round`); several by exclusions alone, until as many are left as seats, or until all who
        are left have `percent` of the votes (`bottoms-up`, `bottoms-up-percent`); several one after the other, as contests
        of their own (`multi-pass`); or whichever of `single` and `all-per-round` the seats call for (`by-seats`).
    threshold, non_integer : of V votes and S seats more than V/(S+1), or with `hare` V/S; in whole votes or in `decimals`.
    first_round_threshold : for one winner too it is taken from the first round; else from each until somebody is elected.
    minimum : whoever has fewer votes goes at once, and no threshold is below it. 0: none.
    decimals : of values and of the fractions they are multiplied by, cut off; at most 20.
    batch : the longest row of the weakest goes together if all their votes are fewer than those of the next.
    cutoff : with `bottoms-up-percent`, all below the threshold go together.
    until_two : when one is elected, exclusions go on until two are left.
    stop_after : the count stops after that round, whoever is elected. 0: never.
    skips : how many ranks in a row may be left out. -1: any number.
    overvotes, repeats : as in `Reading`.
    max_rankings : ranks beyond these are not read. 0: all are.
    ties : a supplied lot (`ask`); Java's random numbers from `seed` (`random`); the order of the candidates, whose first
        wins and whose last goes (`candidate-order`), or that order shuffled by `seed` (`permutation`); `previous-` first
        goes back round by round.
    write_ins : the candidate who stands for all undeclared write-ins.

    Readings
    --------
    previous-: the documentation speaks of the round before; RCTab goes on to the one before that while some are level. Of
        those still level `previous-random` draws from the order of Java's hash table, as RCTab does, not of the alphabet.
    percent: the documentation has "meet or exceed", RCTab's code "exceed". We follow the documentation.
    final surpluses: when all seats are filled the last surpluses pass to nobody.
    """

    winners: Literal["by-seats", "single", "one-per-round", "all-per-round", "bottoms-up", "bottoms-up-percent", "multi-pass"] = "by-seats"
    threshold: Literal["droop", "hare"] = "droop"
    non_integer: bool = False
    first_round_threshold: bool = False
    percent: int = 0
    minimum: int = 0
    decimals: int = 4
    batch: bool = False
    cutoff: bool = False
    until_two: bool = False
    stop_after: int = 0
    skips: int = -1
    overvotes: Overvotes = "skip"
    repeats: Repeats = "ignore"
    max_rankings: int = 0
    ties: Literal["ask", "random", "previous-ask", "previous-random", "candidate-order", "permutation"] = "ask"
    seed: int = 0
    write_ins: str = "Undeclared Write-ins"

    def __post_init__(self) -> None:
        alone = self.winners in ("single", "multi-pass")
        free = alone or self.winners == "by-seats"
        if (self.batch or self.until_two) and not free:
            raise SettingError(f"batch and until_two of us-rcv are for one winner; winners is {self.winners}")
        if (self.non_integer or self.threshold == "hare") and alone:
            raise SettingError(f"non_integer and threshold=hare of us-rcv are for several winners; winners is {self.winners}")
        if (self.winners == "bottoms-up-percent") != (0 < self.percent <= 100):
            raise SettingError("percent of us-rcv, from 1 to 100, goes with winners=bottoms-up-percent, and only with it")
        if not 0 <= self.decimals <= 20:
            raise SettingError(f"decimals of us-rcv is {self.decimals}; choose 0 to 20")

    @property
    def engine_settings(self) -> dict[str, Any]:
        """What the engine has to know of these settings before it reads a paper."""
        reading = Reading(
            skips=None if self.skips < 0 else self.skips,
            overvotes=self.overvotes,
            repeats=self.repeats,
            max_ranks=self.max_rankings or None,
            first_required=False,
        )
        places = max(2, self.decimals) if self.winners == "bottoms-up-percent" else self.decimals
        return {"places": places, "reading": reading, "detailed": True, "scarce": True}

    def fill(self, seats: int) -> "UsRcv":
        """The same with `winners` as so many seats have it."""
        return replace(self, winners="single" if seats == 1 else "all-per-round") if self.winners == "by-seats" else self

    @property
    def by_surpluses(self) -> bool:
        """Whether elected candidates pass on what they have beyond the threshold."""
        return self.winners in ("one-per-round", "all-per-round")

    def __call__(self, count: Count) -> None:
        rules = self.fill(count.seats)
        if rules.winners == "single" and count.seats != 1:
            raise Unsuitable(f"us-rcv with winners=single elects one, not {count.seats}; set winners")
        count.sort_first_preferences(rule="round 1")
        Run(rules, count)()
        while rules.winners == "multi-pass" and count.places_left and able(rules, count):
            count.sort_again(rule="multiPassIrv")
            Run(rules, count)()


class Run:
    """One contest being run, from first preferences to its last round: all there is, but with `multi-pass` one for each seat."""

    def __init__(self, rules: UsRcv, count: Count) -> None:
        self.rules, self.count = rules, count
        self.seats = 1 if rules.winners == "multi-pass" else count.seats
        self._before, self._start = len(count.elected), len(count.stages) - 1
        self._lots = self._lots_for_ties()

    @property
    def won(self) -> list[int]:
        """Who is elected in this contest so far."""
        return self.count.elected[self._before :]

    def __call__(self) -> None:
        """Round after round: somebody is elected or somebody excluded, and the next round is what their papers make of it."""
        rules, count = self.rules, self.count
        for number in itertools.count(1):
            self._set_threshold(first=number == 1)
            losers: list[int] = []
            rule = ""
            if winners := self._winners():
                count.elect(sorted(winners, key=lambda who: -count.votes[who]), rule="winning threshold", staying=rules.until_two)
            elif count.continuing and (len(self.won) < self.seats or (rules.until_two and len(count.continuing) + len(self.won) > 2)):
                losers, rule = self._losers()
            if number == rules.stop_after:
                if losers:
                    count.begin("no transfer", losers, rule="stopTabulationEarlyAfterRound")
                    count.deem_excluded(losers)
                return
            if not self._goes_on(elected=bool(winners), excluded=bool(losers)):
                return
            if losers:
                count.begin_exclusion(losers, rule)
                for who in losers:
                    count.transfer(count.held([who]))
            else:
                self._transfer_surpluses(winners)

    def _set_threshold(self, *, first: bool) -> None:
        """The winning threshold, of the votes of those in the count: of several seats and by `first_round_threshold` only once."""
        rules, count = self.rules, self.count
        once = rules.by_surpluses or rules.winners == "bottoms-up" or rules.first_round_threshold
        if not first and (once or self.won):
            return
        votes, unit = sum(count.votes), 1 if rules.non_integer else count.one
        if rules.winners == "bottoms-up-percent":
            threshold = votes * rules.percent // 100
        elif rules.threshold == "hare":
            threshold = -(-votes // (self.seats * unit)) * unit
        else:
            threshold = (votes // ((self.seats + 1) * unit) + 1) * unit
        count.set_quota(max(threshold, rules.minimum * count.one))

    def _winners(self) -> list[int]:
        """Who is elected in this round."""
        rules, continuing, votes = self.rules, self.count.continuing, self.count.votes
        there, left = able(rules, self.count), self.seats - len(self.won)
        if not left or any(votes[who] for who in continuing if who not in there):
            return []
        reached = [who for who in self.count.at_quota() if who in there]
        if rules.winners == "bottoms-up-percent":
            return reached if len(reached) == len(there) else []
        top = [who for who in there if votes[who] == max(votes[other] for other in there)]
        if len(continuing) <= left:
            reached = there
        elif rules.first_round_threshold and len(continuing) == self.seats + 1:
            reached = top
        elif rules.winners == "bottoms-up":
            reached = []
        too_many = len(reached) > 1 and (rules.winners == "one-per-round" or rules.first_round_threshold)
        enough = all(votes[who] >= rules.minimum * self.count.one for who in there)
        level_at_last = self.seats == 1 and not reached and len(continuing) == 2 and enough
        return [self._first(top, max)] if too_many or level_at_last else reached

    def _losers(self) -> tuple[list[int], str]:
        """Who is excluded in this round, and by which rule."""
        rules, continuing, votes = self.rules, self.count.continuing, self.count.votes
        there = able(rules, self.count)
        if write_ins := [who for who in continuing if who not in there and votes[who]]:
            return write_ins, "undeclaredWriteInLabel"
        if few := [who for who in continuing if votes[who] < rules.minimum * self.count.one]:
            if not self.won and set(there) <= set(few):
                raise Unsuitable(f"every candidate has fewer than {rules.minimum} votes, the minimum of us-rcv; lower it")
            return few, "minimumVoteThreshold"
        if rules.cutoff:
            reached = self.count.at_quota()
            return [who for who in continuing if who not in reached], "cutoffElimination"
        if rules.batch:
            rising = sorted([*continuing, *(self.won if rules.until_two else [])], key=lambda who: votes[who])
            sizes = safe_batches([votes[who] for who in rising])
            if rules.until_two and sizes and sizes[-1] == len(rising) - 1:
                sizes.pop()  # or the winner would be left alone
            if sizes and sizes[-1] > 1:
                return sorted(rising[: sizes[-1]]), "batchElimination"
        return [self._first(continuing, min)], "fewest votes"

    def _goes_on(self, *, elected: bool, excluded: bool) -> bool:
        """Whether there is another round: seats to fill and somebody to fill them, or surpluses to show, or two not yet left."""
        if self.rules.until_two:
            return excluded or len(self.count.continuing) > 1
        if self.rules.winners == "bottoms-up-percent":
            return not self.won
        if len(self.won) < self.seats:
            return bool(able(self.rules, self.count))
        return self.rules.by_surpluses and elected

    def _transfer_surpluses(self, winners: Sequence[int]) -> None:
        """What the winners of this round have beyond the threshold goes on; once all seats are filled, to nobody."""
        rules, count = self.rules, self.count
        if len(self.won) == self.seats and not rules.until_two:
            count.close()
        if surpluses := {who: surplus_fraction(count, who) for who in winners if rules.by_surpluses and count.surplus(who)}:
            count.transfer_surpluses(surpluses, rule="surplus fraction")
        else:
            count.begin("no transfer", (), rule="next round")

    def _first(self, who: Sequence[int], extreme: Extreme) -> int:
        """The one with most or fewest votes; of several level, the one whom the rule for ties chooses."""
        ties = last_difference if self.rules.ties.startswith("previous-") else no_history
        return self.count.first(who, extreme, "tiebreakMode", ties, self.count.stages[self._start :], lots=self._lots.get(extreme))

    def _lots_for_ties(self) -> dict[Extreme, Lots]:
        """Who draws if one is to be elected (max) or excluded (min); nobody if lots are to be supplied."""
        rules = self.rules
        names = [candidate.name for candidate in self.count.candidates if candidate.name != rules.write_ins]
        if rules.ties == "candidate-order":
            return {max: in_order(names, "order of the candidates"), min: in_order(names[::-1], "order of the candidates, from the last")}
        if rules.ties == "permutation":
            shuffled, how = java_shuffled(names, rules.seed), f"order shuffled by java.util.Random, seed {rules.seed}"
            return {max: in_order(shuffled, how), min: in_order(shuffled[::-1], f"{how}, from the last")}
        if rules.ties.endswith("random"):
            return dict.fromkeys((max, min), java_random(rules.seed, self._order_of_level))
        return {}

    def _order_of_level(self, tied: Iterable[str]) -> list[str]:
        """The order that a random number counts in: of names, or as going back has left them."""
        gone_back = self.rules.ties == "previous-random" and len(self.count.stages) > self._start + 1
        return java_hashed(tied) if gone_back else sorted(tied)


def able(rules: UsRcv, count: Count) -> list[int]:
    """Continuing candidates who can be elected: all but the undeclared write-ins."""
    return [who for who in count.continuing if count.candidates[who].name != rules.write_ins]


def surplus_fraction(count: Count, who: int) -> Fraction:
    """Surplus / votes, cut off to the decimals of the count."""
    return Fraction(count.surplus(who) * count.one // count.votes[who], count.one)


def in_order(names: Sequence[str], how: str) -> Lots:
    """Draw the one of the tied who comes first, or, if none is listed, the first of the tied."""

    def draw(where: str, rule: str, tied: Sequence[str]) -> Lot:
        return Lot(where, rule, tuple(tied), next((name for name in names if name in tied), tied[0]), how)

    return draw


def safe_batches(votes: Sequence[int]) -> list[int]:
    """How many of the weakest may go together, each number there is: all their votes are fewer than those of the next.

    >>> safe_batches([5, 6, 12, 37, 40])
    [1, 2, 3]
    """
    rising = sorted(votes)
    return [number for number in range(1, len(rising)) if sum(rising[:number]) < rising[number]]


def java_states(seed: int) -> Iterator[int]:
    """States of java.util.Random: Knuth's linear congruential generator of 48 bits, from whose highest bits numbers are taken."""
    state = (seed ^ 0x5DEECE66D) % 2**48
    while True:
        state = (state * 0x5DEECE66D + 0xB) % 2**48
        yield state


def java_random(seed: int, order: Callable[[Iterable[str]], list[str]] = sorted) -> Lots:
    """Draw by java.util.Random from that seed, lot after lot: of the names in order, the one at nextDouble() × their number."""
    states = java_states(seed)

    def draw(where: str, rule: str, tied: Sequence[str]) -> Lot:
        names = order(tied)
        fraction = ((next(states) >> 22) << 27) + (next(states) >> 21)
        return Lot(where, rule, tuple(tied), names[fraction * len(names) >> 53], f"java.util.Random, seed {seed}")

    return draw


def java_shuffled(names: Iterable[str], seed: int) -> list[str]:
    """Names in order, and then as Collections.shuffle leaves them with java.util.Random from that seed."""
    order, states = sorted(names), java_states(seed)
    for size in range(len(order), 1, -1):
        place = java_below(size, states)
        order[size - 1], order[place] = order[place], order[size - 1]
    return order


def java_hashed(names: Iterable[str]) -> list[str]:
    """Names in the order in which a java.util.HashSet of them is gone through: by their hash codes, folded to the size of its table."""
    rising = sorted(names)
    size = 1 << max(15, len(rising) * 4 // 3).bit_length()

    def place(name: str) -> int:
        code, units = 0, name.encode("utf-16-be")
        for high, low in zip(units[::2], units[1::2], strict=True):
            code = (31 * code + 256 * high + low) % 2**32
        return (code ^ code >> 16) % size

    return sorted(rising, key=place)


def java_below(bound: int, states: Iterator[int]) -> int:
    """Random.nextInt(bound)."""
    bits = next(states) >> 17
    if bound & -bound == bound:
        return bound * bits >> 31
    while bits - bits % bound + bound - 1 >= 2**31:
        bits = next(states) >> 17
    return bits % bound
