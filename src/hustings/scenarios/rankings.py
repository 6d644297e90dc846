"""X-votes in, ranked papers out: each voter's next preferences by a matrix, as whole papers that add up to the votes."""

import itertools
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.election import NOBODY, Candidate, Contest, Election, Party, Profile
from hustings.errors import SettingError, Unsuitable
from hustings.preferences import Preferences, preferences
from hustings.registry import describe
from hustings.scenarios import scenario

Ints = NDArray[np.int64]


@scenario("rankings", cites="Recipe of Dunleavy, Margetts & Weir (1992) with preferences of Scottish wards, Preferences by matrix")
@dataclass(frozen=True)
class Rankings:
    """X-votes are first preferences; each next one follows from the last by a matrix, over those who stand.

    Papers are whole: the papers that agree so far are shared among their next preferences by largest remainders. Once
    they are few they go on together, each such bundle to one of its next preferences and all of them, by turns, as the
    matrix has it; so the distinct papers stay few, and no vote is lost.

    Attributes
    ----------
    matrix, northern_ireland : names of matrices among the facts, or TOML files.
    depth : how many candidates a paper ranks at the most.
    grain : papers that agree are shared out until they are fewer than one in `grain` of the district's.
    loyalty : share of voters whose next preference stays with the party while it has candidates left [0-1].
    """

    matrix: str = "scotland-2017"
    northern_ireland: str = "northern-ireland"
    depth: int = 8
    grain: int = 2000
    loyalty: Fraction = Fraction(3, 4)

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= 20 or not 1 <= self.grain <= 10**6 or not 0 <= self.loyalty <= 1:
            raise SettingError(f"rankings: depth={self.depth} must be 1 to 20, grain={self.grain} 1 to 1000000, loyalty={self.loyalty} 0 to 1")

    def __call__(self, election: Election) -> Election:
        contest = election.main
        if contest.profiles is not None:
            raise Unsuitable(f"{election.id} has ranked papers already; rankings are made from votes by party")
        here, there = preferences(self.matrix), preferences(self.northern_ireland)
        ballots = _Ballots(contest, here, there, self)
        notes = (
            f"first preferences are the votes cast; next preferences follow the matrix {here.name} ({here.title})"
            + (f", in Northern Ireland {there.name}" if any(d.country == "Northern Ireland" for d in contest.districts) else ""),
            f"papers rank up to {self.depth} candidates" + (f", loyalty to the party {float(self.loyalty):g}" if ballots.several else ""),
        )
        ranked = replace(contest, profiles=ballots.profiles())
        return election.with_main(ranked, describe(self), *notes)


def candidates_of(votes: Ints, parties: tuple[Party, ...], magnitude: int) -> Ints:
    """Candidates that each party puts up: its expected quotas rounded up, and one more; a lump is one, as is anybody in
    a district of one member.
    """
    if magnitude == 1:
        return (votes > 0).astype(np.int64)
    quota = int(votes.sum()) // (magnitude + 1) + 1
    number = -(-votes // quota) + 1
    lumps = np.array([party.lump for party in parties])
    return np.where(votes > 0, np.where(lumps, 1, number), 0)


class _Ballots:
    """All districts at once: a bundle is the papers that agree so far; a step gives every bundle its next preference.

    Parties of a district are columns in order of its votes (then of their ids), so that nothing hangs on how the
    source orders them.
    """

    def __init__(self, contest: Contest, here: Preferences, there: Preferences, settings: Rankings) -> None:
        self.contest, self.settings = contest, settings
        tally = contest.counted()
        by_id = sorted(range(len(tally.parties)), key=lambda column: tally.parties[column].id)
        ids = np.array(by_id, dtype=np.intp)
        order = ids[np.argsort(-tally.votes[:, ids], axis=1, kind="stable")]
        width = max(1, int((tally.votes > 0).sum(axis=1).max()))
        self.columns = order[:, :width]
        self.votes: Ints = np.take_along_axis(tally.votes, self.columns, axis=1)
        self.candidates: Ints = np.stack(
            [
                candidates_of(votes, tuple(tally.parties[c] for c in columns), district.magnitude)
                for votes, columns, district in zip(self.votes, self.columns, contest.districts, strict=True)
            ]
        )
        self.start: Ints = np.cumsum(self.candidates, axis=1) - self.candidates
        self.valid: Ints = self.votes.sum(axis=1)
        self.weights = self._weights(here, there)
        self.several = bool((self.candidates > 1).any())

    def _weights(self, here: Preferences, there: Preferences) -> Ints:
        """Next preference by district and last party, shape (districts, parties, parties + 1)."""
        parties = self.contest.counted().parties
        seen: dict[tuple[bool, bytes], Ints] = {}
        rows = []
        width = self.columns.shape[1]
        for district, columns, votes in zip(self.contest.districts, self.columns, self.votes, strict=True):
            standing = columns[votes > 0]
            key = (district.country == "Northern Ireland", standing.tobytes())
            if key not in seen:
                matrix = there if key[0] else here
                table = np.zeros((width, width + 1), dtype=np.int64)
                known = matrix.table([parties[column].id for column in standing])
                table[: len(standing), : len(standing)] = known[:, :-1]
                table[: len(standing), -1] = known[:, -1]
                seen[key] = table
            rows.append(seen[key])
        return np.stack(rows)

    def profiles(self) -> tuple[Profile, ...]:
        """The papers of each district."""
        district, party = np.nonzero(self.candidates)
        repeats = self.candidates[district, party]
        district, party = np.repeat(district, repeats), np.repeat(party, repeats)
        turn = np.arange(len(party)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        # A party's votes are shared among its candidates, each a paper ahead of the next: colleagues who are level at
        # every stage would call for lots that mean nothing.
        votes, number = self.votes[district, party], self.candidates[district, party]
        ahead = np.where(votes >= number**2, 1, 0)
        share, over = np.divmod(votes - ahead * number * (number - 1) // 2, number)
        papers = share + ahead * (number - 1 - turn) + (turn < over)
        listed = np.zeros((len(party), self.votes.shape[1]), dtype=np.int64)
        listed[np.arange(len(party)), party] = 1
        path = (self.start[district, party] + turn)[:, None].astype(np.int16)
        done: list[tuple[Ints, NDArray[np.int16], Ints]] = []
        for _ in range(self.settings.depth - 1):
            given = self._shared(district, party, listed, papers)
            done.append((district, path, given[:, -1]))
            bundle, to = np.nonzero(given[:, :-1])
            candidate = (turn[bundle] + listed[bundle, to]) % self.candidates[district[bundle], to]
            path = np.column_stack((path[bundle], self.start[district[bundle], to] + candidate)).astype(np.int16)
            papers, party, turn, district = given[bundle, to], to, turn[bundle], district[bundle]
            listed = listed[bundle]
            listed[np.arange(len(to)), to] += 1
        done.append((district, path, papers))
        return self._gathered(done)

    def _shared(self, district: Ints, party: Ints, listed: Ints, papers: Ints) -> Ints:
        """Papers of each bundle by next party, `none` last, shape (bundles, parties + 1): largest remainders or by turns."""
        weights = self.weights[district, party]
        bundles = np.arange(len(party))
        weights[:, :-1] *= listed < self.candidates[district]
        own = listed[bundles, party] < self.candidates[district, party]
        # Where the matrix knows nobody who is left, the paper ends.
        weights[weights.sum(axis=1) == 0, -1] = 1
        rest = weights.sum(axis=1)
        loyal, all_of = self.settings.loyalty.numerator, self.settings.loyalty.denominator
        weights = np.where(own[:, None], weights * (all_of - loyal), weights)
        weights[bundles, party] += np.where(own, rest * loyal, 0)
        few = papers * self.settings.grain < self.valid[district]
        shares = np.zeros_like(weights)
        shares[~few] = _largest_remainders(papers[~few], weights[~few])
        shares[few, _by_turns(district[few], weights[few])] = papers[few]
        return shares

    def _gathered(self, done: list[tuple[Ints, NDArray[np.int16], Ints]]) -> tuple[Profile, ...]:
        depth = done[-1][1].shape[1]
        rankings = np.concatenate([np.pad(path, ((0, 0), (0, depth - path.shape[1])), constant_values=NOBODY) for _, path, _ in done])
        district = np.concatenate([which for which, _, _ in done])
        papers = np.concatenate([number for _, _, number in done])
        kept = np.flatnonzero(papers)
        kept = kept[np.argsort(district[kept], kind="stable")]
        cuts = np.searchsorted(district[kept], np.arange(len(self.votes) + 1))
        return tuple(Profile(self._names(row), rankings[kept[a:b]], papers[kept[a:b]]) for row, (a, b) in enumerate(itertools.pairwise(cuts)))

    def _names(self, row: int) -> tuple[Candidate, ...]:
        parties = self.contest.counted().parties
        names = []
        for column, number in zip(self.columns[row], self.candidates[row].tolist(), strict=True):
            party = parties[column]
            names += [Candidate(f"{party.id} {k}" if number > 1 else party.id, party.id) for k in range(1, number + 1)]
        return tuple(names)


def _largest_remainders(papers: Ints, weights: Ints) -> Ints:
    """Share each row's papers by its weights, whole and to the last one; equal remainders go to the first column."""
    whole, remainder = np.divmod(papers[:, None] * weights, weights.sum(axis=1, keepdims=True))
    left = papers - whole.sum(axis=1)
    largest = np.argsort(-remainder, axis=1, kind="stable")
    extra = np.arange(whole.shape[1])[None, :] < left[:, None]
    np.put_along_axis(whole, largest, np.take_along_axis(whole, largest, axis=1) + extra, axis=1)
    return whole


def _by_turns(district: Ints, weights: Ints) -> Ints:
    """One next preference for each bundle, such that those of a district together follow their weights.

    The turns are multiples of the golden ratio, which fall evenly however many they are (Knuth, The Art of Computer
    Programming 3, 6.4); in 32 bits, exactly.
    """
    turn = np.arange(len(district)) - np.searchsorted(district, district)
    point = (turn * 2654435769) % 2**32
    upto = np.cumsum(weights, axis=1)
    chosen: Ints = (upto > (point * upto[:, -1] >> 32)[:, None]).argmax(axis=1)
    return chosen
