"""An election whose source says who was elected in, those seats out."""

from dataclasses import dataclass

from hustings.election import Election
from hustings.errors import Unsuitable
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome, outcome
from hustings.systems import system


@system("declared", cites="The publisher of the figures, whom the election's provenance names", needs="what the source says of who was elected")
@dataclass(frozen=True)
class Declared:
    """The seats that the source says were won; nothing is computed, so that any measure can be had of what was declared."""

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:  # noqa: ARG002 — nothing is left to lots
        contest = election.main
        seats = contest.declared
        if seats is None:
            raise Unsuitable(f"{election.id}: the source does not say who was elected; choose a system that works it out")
        for d, filled in zip(contest.districts, seats.sum(axis=1).tolist(), strict=True):
            if filled != d.magnitude:
                raise Unsuitable(f"{election.id}: the source says that {filled} were elected in {d.name}, which has {d.magnitude} seats")
        return outcome(self, election, contest, seats)
