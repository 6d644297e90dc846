"""Candidates level with each other, and votes at earlier stages, in; those still level once the rule has looked there out."""

from collections.abc import Callable, Iterable, Sequence

Votes = Sequence[int]
"""Of each candidate, at one stage."""
Extreme = Callable[[Iterable[int]], int]
"""`max` where the most votes are wanted, `min` where the fewest are."""
Ties = Callable[[list[int], Sequence[Votes], Extreme], list[int]]
"""A rule: those level, the votes at each stage so far, and which of them are wanted → those among whom a lot has to decide."""


def first_difference(tied: list[int], history: Sequence[Votes], extreme: Extreme) -> list[int]:
    """Of several level, the extreme ones at the first stage that tells any of them apart, and so on among those still level."""
    for votes in history:
        best = extreme(votes[candidate] for candidate in tied)
        tied = [candidate for candidate in tied if votes[candidate] == best]
    return tied


def last_difference(tied: list[int], history: Sequence[Votes], extreme: Extreme) -> list[int]:
    """Of several level, the extreme ones at the last stage that tells any of them apart, and so on back among those still level."""
    return first_difference(tied, history[::-1], extreme)


def last_all_different(tied: list[int], history: Sequence[Votes], extreme: Extreme) -> list[int]:
    """Of several level, the extreme one at the last stage at which no two of them were; all of them if there was none."""
    for votes in reversed(history):
        if len({votes[candidate] for candidate in tied}) == len(tied):
            return first_difference(tied, [votes], extreme)
    return tied


def no_history(tied: list[int], _: Sequence[Votes], __: Extreme) -> list[int]:
    """Of several level, all: the rule calls for a lot at once."""
    return tied
