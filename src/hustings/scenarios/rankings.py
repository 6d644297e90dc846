"""X-votes in, ranked papers out: each voter's next preferences by a matrix, as whole papers that add up to the votes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hustings.bundles import Ballots, ballots
from hustings.election import Candidacy, Candidate, Contest, Election, Party, Profile
from hustings.errors import SettingError, Unsuitable
from hustings.preferences import Preferences, preferences
from hustings.registry import describe
from hustings.scenarios import scenario


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
        # Weights in millionths times the denominator have to stay within four bytes.
        if self.loyalty.denominator > 1000:
            raise SettingError(f"rankings: loyalty={self.loyalty} has a denominator over 1000; three decimals are enough")

    def __call__(self, election: Election) -> Election:
        contest = election.main
        if contest.profiles is not None:
            raise Unsuitable(f"{election.id} has ranked papers already; rankings are made from votes by party")
        here, there = self.matrices
        tally = contest.counted()
        made = ballots(contest, tally.votes, np.arange(len(contest.districts)), self)
        notes = (
            f"first preferences are the votes cast; next preferences follow the matrix {here.name} ({here.title})"
            + (f", in Northern Ireland {there.name}" if any(d.country == "Northern Ireland" for d in contest.districts) else ""),
            f"papers rank up to {self.depth} candidates" + (f", loyalty to the party {float(self.loyalty):g}" if (made.candidates > 1).any() else ""),
        )
        ranked = replace(contest, profiles=_profiles(made, contest))
        return election.with_main(ranked, describe(self), *notes)

    @property
    def matrices(self) -> tuple[Preferences, Preferences]:
        """Of Great Britain, and of Northern Ireland."""
        return preferences(self.matrix), preferences(self.northern_ireland)


def _profiles(made: Ballots, contest: Contest) -> tuple[Profile, ...]:
    """The papers of each district, and who stands there; where nobody voted, whoever stood unopposed."""
    tally = contest.counted()
    parties = tally.parties
    alone = contest.candidacies or ((),) * len(contest.districts)
    district, rankings, papers = made.papers()
    cuts = np.searchsorted(district, np.arange(len(made.votes) + 1))
    return tuple(
        Profile(
            _names(columns, candidates, parties) or _unopposed(parties, stood, there),
            rankings[a:b],
            papers[a:b],
        )
        for columns, candidates, stood, there, (a, b) in zip(
            made.columns.tolist(), made.candidates.tolist(), tally.stood, alone, pairwise(cuts.tolist()), strict=True
        )
    )


def _unopposed(parties: Sequence[Party], stood: NDArray[np.bool_], there: Sequence[Candidacy]) -> tuple[Candidate, ...]:
    """A candidate of each party that stood, or as many as the source says were returned."""
    returned = {candidacy.candidate.party: candidacy.elected or 1 for candidacy in there}
    columns = np.flatnonzero(stood).tolist()
    return _names(columns, [returned.get(parties[column].id, 1) for column in columns], parties)


def _names(columns: Sequence[int], candidates: Sequence[int], parties: Sequence[Party]) -> tuple[Candidate, ...]:
    """A party's candidates are called by its id, and numbered where there are several."""
    return tuple(
        Candidate(f"{parties[column].id} {k}" if number > 1 else parties[column].id, parties[column].id)
        for column, number in zip(columns, candidates, strict=True)
        for k in range(1, number + 1)
    )
