"""Oracles: measures, divisors, counts straight from the papers, in plain slow Python."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from math import atan2, degrees, sqrt

from hustings.election import Profile
from hustings.outcome import Outcome

# Measures, from the votes and seats of each party, in plain Python.


def _shares(outcome: Outcome, numbers: Sequence[int]) -> list[Fraction]:
    """Of the whole; without those of lumps, which are no parties."""
    shares = [Fraction(int(number), int(sum(numbers))) for number in numbers]
    return [share for share, party in zip(shares, outcome.parties, strict=True) if not party.lump]


def _gaps(outcome: Outcome) -> list[Fraction]:
    pairs = zip(_shares(outcome, outcome.total.tolist()), _shares(outcome, outcome.basis.total.tolist()), strict=True)
    return [seats - votes for seats, votes in pairs]


def _enp(outcome: Outcome, numbers: Sequence[int]) -> float:
    squares = sum(share**2 for share in _shares(outcome, numbers))
    return float(1 / squares) if squares else float("inf")


def _single(outcome: Outcome) -> list[int]:
    return [row for row in range(len(outcome.tally.votes)) if outcome.districts[row].magnitude == 1]


def _margins(outcome: Outcome) -> list[tuple[int, int]]:
    """(majority, valid votes) of each single-member district."""
    found = []
    for row in _single(outcome):
        votes, seats = outcome.tally.votes[row].tolist(), outcome.seats[row].tolist()
        others = [number for number, seat in zip(votes, seats, strict=True) if not seat]
        found.append((votes[seats.index(1)] - max(others), sum(votes)))
    return found


def _marginal(outcome: Outcome) -> int | None:
    return sum(10 * lead < valid for lead, valid in _margins(outcome)) if _single(outcome) and not outcome.transcripts else None


def _safe(outcome: Outcome) -> int | None:
    return sum(5 * lead >= valid for lead, valid in _margins(outcome)) if _single(outcome) and not outcome.transcripts else None


def _won_by_half(outcome: Outcome) -> int | None:
    rows = _single(outcome)
    halves = [2 * int(outcome.tally.votes[row] @ outcome.seats[row]) > int(outcome.tally.votes[row].sum()) for row in rows]
    return sum(halves) if rows else None


def _wasted(outcome: Outcome) -> float | None:
    """Every vote by itself: was it for a loser, or one that the winner did not need?"""
    if not _single(outcome) or outcome.transcripts or len(_single(outcome)) < len(outcome.districts):
        return None
    wasted = 0
    for row in _single(outcome):
        votes, winner = outcome.tally.votes[row].tolist(), outcome.seats[row].tolist().index(1)
        second = max(number for party, number in enumerate(votes) if party != winner)
        needed = min(votes[winner], second + 1)
        wasted += sum(votes) - needed
    return wasted / int(outcome.tally.votes.sum())


def _unrepresented(outcome: Outcome) -> float:
    lower, lost = len(outcome.tally.votes), 0
    for row, district in enumerate(outcome.districts[:lower]):
        tiers = [row, *(n for n, above in enumerate(outcome.districts[lower:], lower) if above.region in ("", district.region))]
        for party, votes in enumerate(outcome.tally.votes[row].tolist()):
            lost += 0 if any(outcome.seats[tier][party] for tier in tiers) else votes
    return lost / int(outcome.tally.votes.sum())


def _two(outcome: Outcome) -> list[tuple[int, int, int, int]] | None:
    """Votes of the two largest parties, of the best other, and all, where both have some in a district of one member."""
    if outcome.transcripts:
        return None
    named = [column for column, party in enumerate(outcome.parties) if not party.lump]
    largest = sorted(named, key=lambda column: -int(outcome.tally.votes[:, column].sum()))[:2]
    found = []
    for row in _single(outcome):
        votes = outcome.tally.votes[row].tolist()
        if len(largest) > 1 and all(votes[column] for column in largest):
            others = [number for column, number in enumerate(votes) if column not in largest]
            found.append((votes[largest[0]], votes[largest[1]], max([*others, 0]), sum(votes)))
    return found if found and all(sum(each[side] for each in found) for side in (0, 1)) else None


def _bias(outcome: Outcome) -> int | None:
    """Every swing at which a district runs out of votes to move, in order; between two of them the total is a straight line."""
    if (found := _two(outcome)) is None:
        return None

    def after(swing: Fraction) -> list[tuple[Fraction, Fraction]]:
        moved = [max(-Fraction(a), min(Fraction(b), swing * valid)) for a, b, _, valid in found]
        return [(a + by, b - by) for (a, b, _, _), by in zip(found, moved, strict=True)]

    def lead(swing: Fraction) -> Fraction:
        return sum((a - b for a, b in after(swing)), Fraction(0))

    ends = sorted({Fraction(end, valid) for a, b, _, valid in found for end in (-a, b)})
    low, high = next((one, other) for one, other in pairwise(ends) if lead(one) <= 0 <= lead(other))
    swing = low if lead(low) == lead(high) else low - lead(low) * (high - low) / (lead(high) - lead(low))
    seats = 0
    for (a, b), (_, _, minor, _) in zip(after(swing), found, strict=True):
        seats += int(a > b and a > minor) - int(b > a and b > minor)
    return seats


def _efficiency_gap(outcome: Outcome) -> float | None:
    if (found := _two(outcome)) is None:
        return None
    gap = Fraction(0)
    for a, b, _, _ in found:
        half = Fraction(a + b, 2)
        if a > b:
            gap += b - (a - half)
        elif b > a:
            gap += (b - half) - a
    return float(gap / sum(a + b for a, b, _, _ in found))


def _mean_median(outcome: Outcome) -> float | None:
    if (found := _two(outcome)) is None:
        return None
    shares = sorted(Fraction(a, a + b) for a, b, _, _ in found)
    middle = (shares[(len(shares) - 1) // 2] + shares[len(shares) // 2]) / 2
    return float(middle - sum(shares) / len(shares))


def _ahead(outcome: Outcome) -> tuple[list[Fraction], list[Fraction]] | None:
    """The first's shares where it is ahead, and where behind."""
    shares = [Fraction(a, a + b) for a, b, _, _ in _two(outcome) or ()]
    ahead, behind = [share for share in shares if 2 * share > 1], [share for share in shares if 2 * share < 1]
    return (ahead, behind) if ahead and behind else None


def _lopsided(outcome: Outcome) -> float | None:
    if (found := _ahead(outcome)) is None:
        return None
    ahead, behind = found
    return float(1 - sum(behind) / len(behind) - sum(ahead) / len(ahead))


def _declination(outcome: Outcome) -> float | None:
    """By the angles at the middle of the line of one half, districts a unit apart over all of them."""
    if (found := _ahead(outcome)) is None:
        return None
    ahead, behind = found
    width, other = Fraction(len(ahead), len(ahead) + len(behind)), Fraction(len(behind), len(ahead) + len(behind))
    won = degrees(atan2(float(sum(ahead) / len(ahead) - Fraction(1, 2)), float(width / 2)))
    lost = degrees(atan2(float(Fraction(1, 2) - sum(behind) / len(behind)), float(other / 2)))
    return (lost - won) / 90


def _seat_product(outcome: Outcome) -> float | None:
    if len(outcome.districts) > len(outcome.tally.votes):
        return None
    house = sum(outcome.total.tolist())
    return float((house / len(outcome.districts) * house) ** (1 / 6))


MEASURES: dict[str, Callable[[Outcome], float | int | None]] = {
    "gallagher": lambda outcome: 100 * sqrt(sum(gap * gap for gap in _gaps(outcome)) / 2),
    "loosemore-hanby": lambda outcome: 100 * float(sum(abs(gap) for gap in _gaps(outcome)) / 2),
    "largest-deviation": lambda outcome: 100 * float(max(abs(gap) for gap in _gaps(outcome))),
    "enp-votes": lambda outcome: _enp(outcome, outcome.basis.total.tolist()),
    "enp-seats": lambda outcome: _enp(outcome, outcome.total.tolist()),
    "marginal-seats": _marginal,
    "safe-seats": _safe,
    "won-by-half": _won_by_half,
    "wasted-votes": _wasted,
    "unrepresented-votes": _unrepresented,
    "bias": _bias,
    "efficiency-gap": _efficiency_gap,
    "mean-median": _mean_median,
    "lopsided-wins": _lopsided,
    "declination": _declination,
    "seat-product": _seat_product,
}


# Keep values: every paper by itself, in plain integers of 10^-9.


def _up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def keep_values(papers: Sequence[tuple[int, Sequence[int]]], candidates: int, seats: int, method: str) -> tuple[list[int], int, list[int]]:
    """Elected in order, quota and keep values by the Reference Meek Rule, by prices ("warren") or as in New Zealand.

    `papers` are (number, preferences). Where the rule calls for a lot, ValueError.
    """
    one = 10**9
    keep, hopeful = [one] * candidates, set(range(candidates))
    elected: list[int] = []
    steps: list[list[int]] = []
    before: int | None = None
    moved, excluded, lowest = True, False, sum(keep)
    while True:
        votes = [0] * candidates
        for number, preferences in papers:
            weight = one
            for who in preferences:
                kept = min(weight, keep[who]) if method == "warren" else _up(weight * keep[who], one)
                votes[who] += number * kept
                weight -= kept
        steps.append(votes)
        quota = sum(votes) // (seats + 1) + 1
        new = sorted((who for who in hopeful if votes[who] >= quota), key=lambda who: (-votes[who], who))
        elected += new
        hopeful -= set(new)
        if new:
            before, moved = None, True
        if len(hopeful) <= seats - len(elected):
            elected += sorted(hopeful, key=lambda who: (-votes[who], who))
        if len(elected) >= seats:
            return elected, quota, keep
        surplus = max(0, sum(votes[who] - quota for who in elected))
        last, *others = sorted(votes[who] for who in hopeful)
        if method == "new-zealand":
            out = surplus < one // 10_000 or last + surplus < others[0] or not (moved or excluded)
            tied = [who for who in hopeful if votes[who] == last]
            for step in steps:
                least = min(step[who] for who in tied)
                tied = [who for who in tied if step[who] == least]
        else:
            out = surplus < 1000 or (not moved if method == "warren" else before is not None and surplus >= before)
            tied = [who for who in hopeful if votes[who] <= last + surplus]
        if out:
            (loser,) = tied
            hopeful.remove(loser)
            keep[loser] = 0
            if len(hopeful) <= seats - len(elected):
                return elected + sorted(hopeful, key=lambda who: (-votes[who], who)), quota, keep
        excluded = out
        if out and method != "new-zealand":
            before, moved = None, True
            continue
        for who in elected:
            if votes[who] > quota or method == "meek":
                keep[who] = min(one, _up(_up(keep[who] * quota, one) * one, votes[who]))
        before, moved = surplus, sum(keep) < lowest
        lowest = min(lowest, sum(keep))


# Rankings: each paper as a mapping from the candidates that it ranks to their ranks.

Papers = Sequence[tuple[int, Mapping[int, int]]]


def ranked_papers(profile: Profile) -> list[tuple[int, dict[int, int]]]:
    """Number of papers and rank of each candidate, of the papers that rank anybody; of two mentions the first counts."""
    found = []
    for ranking, number in zip(profile.rankings.tolist(), profile.papers.tolist(), strict=True):
        ranks: dict[int, int] = {}
        for rank, code in enumerate(ranking):
            for who in (code,) if code >= 0 else () if code == -1 else profile.sets[-2 - code]:
                if who not in profile.withdrawn:
                    ranks.setdefault(who, rank)
        if ranks:
            found.append((number, ranks))
    return found


def above(ranks: Mapping[int, int], a: int, b: int) -> bool:
    return a in ranks and (b not in ranks or ranks[a] < ranks[b])


def preferences(papers: Papers, candidates: int) -> list[list[int]]:
    """[a][b]: papers that rank a above b, one paper after the other."""
    return [[sum(number for number, ranks in papers if above(ranks, a, b)) for b in range(candidates)] for a in range(candidates)]


def smith(d: Sequence[Sequence[int]], among: Sequence[int]) -> set[int]:
    """The smallest of all sets of candidates of whom each beats all outside."""
    for size in range(1, len(among) + 1):
        for inside in combinations(among, size):
            if all(d[a][b] > d[b][a] for a in inside for b in among if b not in inside):
                return set(inside)
    return set()


def kemeny_orders(d: Sequence[Sequence[int]], among: Sequence[int]) -> tuple[int, set[tuple[int, ...]]]:
    """The best number of agreements and every order that has it, out of all orders."""
    scores = {order: sum(d[a][b] for a, b in combinations(order, 2)) for order in permutations(among)}
    best = max(scores.values())
    return best, {order for order, score in scores.items() if score == best}


def widest(d: Sequence[Sequence[int]], strength: Callable[[int, int], int], start: int, end: int) -> int:
    """The strength of the strongest path of victories, out of all paths."""
    others = [who for who in range(len(d)) if who not in (start, end)]
    best = 0
    for length in range(len(others) + 1):
        for middle in permutations(others, length):
            path = (start, *middle, end)
            best = max(best, min(strength(a, b) if d[a][b] > d[b][a] else 0 for a, b in pairwise(path)))
    return best


def locked(d: Sequence[Sequence[int]], strength: Callable[[int, int], int]) -> set[tuple[int, int]]:
    """Victories that ranked pairs lock, where no two are equally strong; ValueError where two are."""
    victories = [(strength(a, b), a, b) for a in range(len(d)) for b in range(len(d)) if d[a][b] > d[b][a]]
    if len({strong for strong, _, _ in victories}) < len(victories):
        raise ValueError("equal victories")
    pairs: set[tuple[int, int]] = set()
    for _, a, b in sorted(victories, reverse=True):
        reached = {b}
        for _ in d:
            reached |= {y for x, y in pairs if x in reached}
        if a not in reached:
            pairs.add((a, b))
    return pairs


def borda_points(papers: Papers, among: Sequence[int], truncation: str) -> dict[int, Fraction]:
    """Points rank by rank, those of a shared rank divided among those who share it."""
    points = dict.fromkeys(among, Fraction(0))
    for number, ranks in papers:
        named = [who for who in among if who in ranks]
        top = len(named) if truncation == "modified" else len(among) - 1
        for rank in sorted({ranks[who] for who in named}):
            level = [who for who in named if ranks[who] == rank]
            for who in level:
                points[who] += number * Fraction(sum(top - place for place in range(len(level))), len(level))
            top -= len(level)
        if truncation == "average":
            for who in set(among) - set(named):
                points[who] += number * Fraction(top, 2)
    return points


def shares(papers: Papers, among: Sequence[int], *, first: bool) -> dict[int, Fraction]:
    """First preferences among some, or last places, in equal parts where several have the same."""
    votes = dict.fromkeys(among, Fraction(0))
    for number, ranks in papers:
        places = {who: ranks.get(who, 10**6) for who in among}
        end = min(places.values()) if first else max(places.values())
        if first and end == 10**6:
            continue
        level = [who for who in among if places[who] == end]
        for who in level:
            votes[who] += Fraction(number, len(level))
    return votes


def majority_value(grades: Sequence[int]) -> list[int]:
    """Medians taken off one after the other, the lower of two."""
    left, taken = sorted(grades), []
    while left:
        taken.append(left.pop((len(left) - 1) // 2))
    return taken


# Parcels: every paper by itself, its value a fraction; what the officers would do with the papers on a table.

History = list[dict[int, Fraction]]


class Level(Exception):
    """The rule calls for a lot."""


@dataclass
class Paper:
    """A voting paper: preferences, value, who holds it, and the number of the transfer by which it came (0: first preference)."""

    ranking: tuple[int, ...]
    holder: int | None
    value: Fraction = Fraction(1)
    batch: int = 0


class Table:
    """Papers on a table, and what each candidate is credited with; `unit` is the least amount that anybody is credited with."""

    def __init__(self, rankings: Sequence[tuple[int, ...]], candidates: int, seats: int, unit: Fraction) -> None:
        self.papers = [Paper(ranking, ranking[0]) for ranking in rankings]
        self.votes = {who: Fraction(sum(paper.holder == who for paper in self.papers)) for who in range(candidates)}
        self.seats, self.unit, self.batch = seats, unit, 0
        self.credit = {(who, 0): number for who, number in self.votes.items()}
        self.continuing = list(range(candidates))
        self.elected: list[int] = []
        self.quota = Fraction(len(rankings) // (seats + 1) + 1)
        self.stages: History = [dict(self.votes)]
        self.batches: History = [dict(self.votes)]

    @property
    def left(self) -> int:
        return self.seats - len(self.elected)

    def cut(self, value: Fraction) -> Fraction:
        return value // self.unit * self.unit

    def held(self, who: Sequence[int]) -> list[Paper]:
        return [paper for paper in self.papers if paper.holder in who]

    def values(self, who: Sequence[int]) -> list[Fraction]:
        return sorted({paper.value for paper in self.held(who)}, reverse=True)

    def next(self, paper: Paper) -> int | None:
        return next((who for who in paper.ranking if who in self.continuing), None)

    def rising(self) -> list[int]:
        return sorted(self.continuing, key=lambda who: self.votes[who])

    def waiting(self) -> Fraction:
        return sum((max(Fraction(0), self.votes[who] - self.quota) for who in self.votes), Fraction(0))

    def over(self) -> list[int]:
        return [who for who in self.elected if self.votes[who] > self.quota]

    def pick(self, who: Sequence[int], best: Callable[..., Fraction], history: Sequence[Mapping[int, Fraction]]) -> int:
        """Judge by present votes, then by each set of votes of `history` in its order."""
        tied = list(who)
        for votes in [self.votes, *history]:
            mark = best(votes[other] for other in tied)
            tied = [other for other in tied if votes[other] == mark]
        if len(tied) > 1:
            raise Level
        return tied[0]

    def lowest(self, number: int, history: Sequence[Mapping[int, Fraction]]) -> list[int]:
        """So many with fewest votes; a tie only matters at the edge."""
        rising = self.rising()
        edge = self.votes[rising[number - 1]]
        sure, level = [who for who in rising if self.votes[who] < edge], [who for who in rising if self.votes[who] == edge]
        while len(sure) < number < len(sure) + len(level):
            sure.append(self.pick(level, min, history))
            level.remove(sure[-1])
        return sure if len(sure) == number else sure + level

    def elect(self, who: Sequence[int]) -> None:
        for other in sorted(who, key=lambda other: (-self.votes[other], other)):
            self.elected.append(other)
            self.continuing.remove(other)

    def at_quota(self) -> None:
        self.elect([who for who in self.continuing if self.votes[who] >= self.quota])

    def move(self, papers: Sequence[Paper]) -> None:
        """Give papers to whoever is next, and credit each with their value, cut to the unit."""
        self.batch += 1
        gained: dict[tuple[int, Fraction], Fraction] = {}
        for paper in papers:
            paper.holder, paper.batch = self.next(paper), self.batch
            if paper.holder is not None:
                gained[paper.holder, paper.value] = gained.get((paper.holder, paper.value), Fraction(0)) + paper.value
        for (who, _), value in gained.items():
            self.votes[who] += self.cut(value)
            self.credit[who, self.batch] = self.credit.get((who, self.batch), Fraction(0)) + self.cut(value)
        self.batches.append(dict(self.votes))

    def pass_on(self, papers: Sequence[Paper]) -> None:
        """Move papers of excluded candidates, and take from these what they had for them."""
        for source in {(paper.holder, paper.batch) for paper in papers if paper.holder is not None}:
            self.votes[source[0]] -= self.credit.pop((source[0], source[1]))
        self.move(papers)

    def surplus(self, who: int, papers: Sequence[Paper], value: Callable[[Paper], Fraction]) -> None:
        """Move papers of an elected candidate at new values; he keeps the quota."""
        for paper in papers:
            paper.value = value(paper)
        self.votes[who] = self.quota
        self.move(papers)
        self.stages.append(dict(self.votes))

    def last_parcel(self, who: int, *, cut: bool) -> None:
        """Gregory: the transferable papers that came last, at surplus / papers, but never above what they were worth."""
        surplus = self.votes[who] - self.quota
        newest = max(paper.batch for paper in self.held([who]))
        cheapest = min(paper.value for paper in self.held([who]) if paper.batch == newest)
        last = [paper for paper in self.held([who]) if paper.batch == newest and paper.value == cheapest]
        papers = [paper for paper in last if self.next(paper) is not None]
        share = min(surplus / len(papers), last[0].value) if papers else Fraction(0)
        self.surplus(who, papers, lambda _: self.cut(share) if cut else share)

    def groups(self, *, level: bool) -> list[int]:
        """How many of the lowest are together behind the next, with all surpluses, and leave enough for the places."""
        rising = [self.votes[who] for who in self.rising()]
        found = []
        for number in range(1, len(rising) - self.left + 1):
            together = sum(rising[:number]) + self.waiting()
            if together < rising[number] or (level and together == rising[number]):
                found.append(number)
        return found


def unfolded(profile: Profile, *, gaps: bool = False) -> list[tuple[int, ...]]:
    """Every valid paper by itself, as far as its numbers follow each other; or with `gaps` passed over."""
    rankings = []
    for row, number in zip(profile.rankings.tolist(), profile.papers.tolist(), strict=True):
        read: list[int] = []
        for entry in row:
            if not gaps and (entry < 0 or entry in read):
                break
            if entry >= 0 and entry not in read:
                read.append(entry)
        rankings += [tuple(read)] * number if read else []
    return rankings


def weighted(profile: Profile, seats: int) -> Table:
    """Scotland: all papers of a surplus, each at value × surplus / votes to five decimals; one exclusion at a time."""
    table = Table(unfolded(profile), len(profile.candidates), seats, Fraction(1, 10**5))
    while True:
        table.at_quota()
        if len(table.continuing) <= table.left:
            table.elect(table.continuing)
        if not table.left:
            return table
        back = table.stages[::-1]
        if table.over():
            who = table.pick(table.over(), max, back)
            part = (table.votes[who] - table.quota) / table.votes[who]
            table.surplus(who, table.held([who]), lambda paper, part=part: table.cut(paper.value * part))  # type: ignore[misc]  # bound now
        else:
            loser = table.pick(table.continuing, min, back)
            table.continuing.remove(loser)
            table.pass_on(table.held([loser]))
            table.stages.append(dict(table.votes))


def northern_ireland(profile: Profile, seats: int) -> Table:
    """Last parcel to two decimals; the largest safe group together; sub-parcels by value, first preferences before all."""
    table = Table(unfolded(profile), len(profile.candidates), seats, Fraction(1, 100))
    out: list[int] = []

    def filled() -> bool:
        if seats > 1 or out:
            table.at_quota()
        if len(table.continuing) <= table.left:
            table.elect(table.continuing)
        if table.left == 1:
            *others, leader = table.rising()
            waiting = sum(max(Fraction(0), table.votes[who] - table.quota) for who in table.elected)
            enough = table.votes[leader] >= sum(table.votes[who] for who in (*others, *out)) + waiting
            if enough and table.votes[leader] > table.votes[others[-1]]:
                table.elect([leader])
        return not table.left

    while not filled():
        groups = table.groups(level=False)
        if table.over() and not groups:
            table.last_parcel(table.pick(table.over(), max, table.stages), cut=True)
            continue
        losers = table.lowest(max(groups, default=1), table.stages)
        out += losers
        table.continuing = [who for who in table.continuing if who not in losers]
        if len(table.continuing) == table.left:
            continue
        table.stages.append({})
        firsts = [paper for paper in table.held(losers) if not paper.batch]
        rest = [paper for paper in table.held(losers) if paper.batch]
        piles = [firsts, *([paper for paper in rest if paper.value == value] for value in sorted({paper.value for paper in rest}, reverse=True))]
        for pile in filter(None, piles):
            table.pass_on(pile)
            if filled():
                break
        table.stages[-1] = dict(table.votes)
    return table


def ers97(profile: Profile, seats: int) -> Table:
    """Last batch to two decimals; a quota to two decimals that falls until somebody is elected; whoever is safe is elected."""
    table = Table(unfolded(profile), len(profile.candidates), seats, Fraction(1, 100))

    def quota() -> Fraction:
        return -(-sum(table.votes.values(), Fraction(0)) / (seats + 1) // table.unit) * table.unit

    def elect() -> None:
        while table.left and table.continuing:
            highest = max(table.votes[who] for who in table.continuing)
            active = sum(table.votes.values()) - sum(min(table.quota, table.votes[who]) for who in table.elected)
            if highest < table.quota and highest < active / (table.left + 1):
                return
            level = [who for who in table.continuing if table.votes[who] == highest]
            for votes in table.batches if len(level) > table.left else []:
                level = [who for who in level if votes[who] == max(votes[other] for other in level)]
            if len(level) > table.left:
                return
            table.elect(level)

    table.quota = quota()
    elect()
    while table.left:
        if len(table.continuing) <= table.left:
            table.elect(table.continuing)
            break
        groups = table.groups(level=True)
        if table.over() and not groups:
            table.last_parcel(table.pick(table.over(), max, table.batches), cut=True)
            elect()
            continue
        losers = table.lowest(max(groups, default=1), table.batches)
        table.continuing = [who for who in table.continuing if who not in losers]
        if len(table.continuing) == table.left:
            table.elect(table.continuing)
            break
        for value in table.values(losers):
            table.pass_on([paper for paper in table.held(losers) if paper.value == value])
            if not table.elected:
                table.quota = quota()
            elect()
            if not table.left:
                break
        table.stages.append(dict(table.votes))
    return table


def minneapolis(profile: Profile, seats: int, write_ins: int | None = None) -> Table:
    """Hopeless candidates together; then the largest surplus, at a fraction and then a value cut to four decimals; else the last."""
    table = Table(unfolded(profile, gaps=True), len(profile.candidates), seats, Fraction(1, 10**4))
    while True:
        reached = [who for who in table.continuing if table.votes[who] >= table.quota]
        if len(reached) == table.left:
            table.elect(reached)
        elif len(table.continuing) <= table.left:
            table.elect(table.continuing)
        if not table.left:
            return table
        besides = [who for who in (write_ins,) if who is not None and len(table.stages) == 1]
        rising = [who for who in table.rising() if who not in besides]
        waiting = table.waiting() + sum(table.votes[who] for who in besides)
        hopeless = [
            rising[:number]
            for number in range(1, len(rising) - table.left + 1)
            if sum(table.votes[who] for who in rising[:number]) + waiting < table.votes[rising[number]]
        ]
        losers = besides + (hopeless[-1] if hopeless else [])
        over = [who for who in table.continuing if table.votes[who] > table.quota]
        if not losers and over:
            who = table.pick(over, max, [])
            table.elect([who])
            fraction = table.cut((table.votes[who] - table.quota) / table.votes[who])
            table.surplus(who, table.held([who]), lambda paper, fraction=fraction: table.cut(paper.value * fraction))  # type: ignore[misc]  # bound now
            continue
        losers = losers or [table.pick(table.continuing, min, [])]
        table.continuing = [who for who in table.continuing if who not in losers]
        if len(table.continuing) > table.left:
            table.pass_on(table.held(losers))
            table.stages.append(dict(table.votes))


def irish(profile: Profile, seats: int) -> Table:
    """Last parcel to three decimals; a surplus that cannot elect, save or refund anybody waits, and so do joint exclusions."""
    table = Table(unfolded(profile), len(profile.candidates), seats, Fraction(1, 1000))
    out: list[int] = []

    def filled() -> bool:
        table.at_quota()
        if len(table.continuing) <= table.left:
            table.elect(table.continuing)
        rising = table.rising()
        unsettled = table.waiting() + sum(table.votes[who] for who in out)
        if table.left and len(rising) == table.left + 1 and table.votes[rising[0]] + unsettled < table.votes[rising[1]]:
            table.elect(rising[1:])
        elif table.left == 1 and table.votes[rising[-1]] > sum(table.votes[who] for who in rising[:-1]) + unsettled:
            table.elect(rising[-1:])
        return not table.left

    while not filled():
        rising, waiting, quarter = table.rising(), table.waiting(), table.quota / 4
        lowest, following, highest = (table.votes[rising[place]] for place in (0, 1, -1))
        refund = lowest <= quarter < lowest + waiting
        if table.over() and (highest + waiting >= table.quota or lowest + waiting >= following or refund):
            table.last_parcel(table.pick(table.over(), max, table.stages), cut=True)
            continue
        groups = []
        for number in table.groups(level=False):
            sums = [sum(table.votes[who] for who in rising[: place + 1]) + waiting for place in range(number)]
            if all(table.votes[rising[place]] > quarter or sums[place] <= quarter for place in range(number)):
                groups.append(number)
        losers = table.lowest(max(groups, default=1), table.stages)
        out += losers
        table.continuing = [who for who in table.continuing if who not in losers]
        if len(table.continuing) == table.left:
            continue
        table.stages.append({})
        for value in table.values(losers):
            table.pass_on([paper for paper in table.held(losers) if paper.value == value])
            if filled():
                break
        table.stages[-1] = dict(table.votes)
    return table


def cambridge(rankings: Sequence[tuple[int, ...]], candidates: int, seats: int, signatures: int) -> Table:
    """Papers in the order given, each carried by itself to whoever is next on it and does not have the quota yet."""
    table = Table(rankings, candidates, seats, Fraction(1))
    table.at_quota()

    def carry(paper: Paper) -> None:
        table.batch += 1
        if paper.holder is not None:
            table.votes[paper.holder] -= 1
        paper.holder, paper.batch = table.next(paper), table.batch
        if paper.holder is not None:
            table.votes[paper.holder] += 1
            table.at_quota()

    def defeat(losers: Sequence[int]) -> None:
        table.continuing = [who for who in table.continuing if who not in losers]
        for who in losers:
            for _, paper in sorted(((paper.batch, place), paper) for place, paper in enumerate(table.papers) if paper.holder == who):
                carry(paper)
        table.stages.append(dict(table.votes))

    surpluses = table.over()
    while surpluses and table.left:
        who = table.pick(surpluses, max, table.stages[::-1])
        surpluses.remove(who)
        pile, surplus = table.held([who]), table.votes[who] - table.quota
        step = int(len(pile) / surplus + Fraction(1, 2))
        places = [place for start in range(step) for place in range(step - 1 + start, len(pile), step)] + list(range(step - 1))
        for place in places:
            if table.votes[who] > table.quota and table.next(pile[place]) is not None:
                carry(pile[place])
        table.stages.append(dict(table.votes))
    few = min(sum(table.votes[who] < signatures for who in table.continuing), len(table.continuing) - table.left)
    if table.left and few > 0:
        defeat(sorted(table.lowest(few, table.stages[::-1]), key=lambda who: (table.votes[who], who)))
    while 0 < table.left < len(table.continuing):
        defeat([table.pick(table.continuing, min, table.stages[::-1])])
    table.elect(table.rising()[::-1][: table.left])
    return table


def australian(profile: Profile, seats: int, *, senate: bool) -> Table:
    """The Senate: all papers at surplus / papers, whole votes. The Capital Territory: the last parcel, six decimals."""
    unit = Fraction(1) if senate else Fraction(1, 10**6)
    table = Table(unfolded(profile), len(profile.candidates), seats, unit)
    counts: dict[int, int] = {}

    def elect(who: Sequence[int]) -> None:
        if senate and len({table.votes[other] for other in who}) < len(who):
            raise Level  # the twin leaves equal totals at election to the tests of ties
        table.elect(who)
        counts.update({other: len(table.stages) for other in who})

    elect([who for who in table.continuing if table.votes[who] >= table.quota])
    while table.left:
        if over := table.over():
            earliest = [who for who in over if counts[who] == min(counts[other] for other in over)]
            who = table.pick(earliest, max, table.stages[::-1])
            if senate:
                value = (table.votes[who] - table.quota) / len(table.held([who]))
                table.surplus(who, table.held([who]), lambda _, value=value: value)  # type: ignore[misc]  # bound now
            else:
                table.last_parcel(who, cut=False)
            elect([who for who in table.continuing if table.votes[who] >= table.quota])
        elif len(table.continuing) <= table.left:
            elect(table.continuing)
        elif senate and table.left == 1 and len(table.continuing) == 2:
            elect([table.pick(table.continuing, max, [])])
        else:
            loser = table.pick(table.continuing, min, table.stages[::-1])
            table.continuing.remove(loser)
            if not table.values([loser]):
                table.stages.append(dict(table.votes))
            for value in table.values([loser]):
                table.pass_on([paper for paper in table.held([loser]) if paper.value == value])
                table.stages.append(dict(table.votes))
                elect([who for who in table.continuing if table.votes[who] >= table.quota])
                if not table.left:
                    break
    return table


# Apportionment: the seats, who falls short by how much, and tables that meet two margins, by trying everything.


def divisor_tables(
    votes: Sequence[int], seats: int, divisor: Callable[[int], Fraction | int], power: int = 1, held: Sequence[int] = ()
) -> set[tuple[int, ...]]:
    """Every way to give `seats` in which no seat given stands behind one that is not; several where there is a tie."""
    start = held or [0] * len(votes)

    def rank(party: int, number: int) -> tuple[bool, Fraction]:
        step = divisor(start[party] + number)
        return (True, Fraction(votes[party])) if not step else (False, Fraction(votes[party] ** power) / step)

    found = set()
    for won in product(range(seats + 1), repeat=len(votes)):
        if sum(won) != seats or any(number and not votes[party] for party, number in enumerate(won)):
            continue
        given = [rank(party, number - 1) for party, number in enumerate(won) if number]
        waiting = [rank(party, number) for party, number in enumerate(won) if votes[party]]
        if not given or min(given) >= max(waiting):
            found.add(won)
    return found


def remainder_tables(votes: Sequence[int], seats: int, quota: Fraction) -> set[tuple[int, ...]]:
    """Whole quotas, then every way to give the seats that are left to the largest remainders, one each."""
    whole = [int(number // quota) for number in votes]
    rest = [number - won * quota for number, won in zip(votes, whole, strict=True)]
    standing = [party for party, number in enumerate(votes) if number]
    found = set()
    for chosen in combinations(standing, seats - sum(whole)):
        others = [rest[party] for party in standing if party not in chosen]
        if not chosen or not others or min(rest[party] for party in chosen) >= max(others):
            found.add(tuple(won + (party in chosen) for party, won in enumerate(whole)))
    return found


def fewest_votes(holds: Callable[[int], bool], most: int) -> int | None:
    """The smallest number from 1 for which something holds."""
    return next((number for number in range(1, most + 1) if holds(number)), None)


def biproportional_tables(
    votes: Sequence[Sequence[int]], districts: Sequence[int], parties: Sequence[int], divisor: Callable[[int], Fraction | int]
) -> list[tuple[tuple[int, ...], ...]]:
    """All tables with these margins whose product of votes / divisor over all seats is the largest (Gaffke & Pukelsheim 2008)."""
    best = Fraction(-1)
    found: list[tuple[tuple[int, ...], ...]] = []
    rows = [[row for row in product(range(seats + 1), repeat=len(parties)) if sum(row) == seats] for seats in districts]
    for table in product(*rows):
        if tuple(map(sum, zip(*table, strict=True))) != tuple(parties):
            continue
        worth = Fraction(1)
        for line, won in zip(votes, table, strict=True):
            for number, seats in zip(line, won, strict=True):
                for held in range(seats):
                    worth *= Fraction(number) / divisor(held)
        if worth > best:
            best, found = worth, []
        if worth == best:
            found.append(table)
    return found if best > 0 else []
