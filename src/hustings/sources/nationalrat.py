"""Votes and seats of the lists at Austrian elections in, as tuples on lines; the election of a year out."""

from ast import literal_eval
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hustings.catalogue import edition as catalogued
from hustings.election import Candidacy, Candidate, Contest, District, Election, Party, Tally
from hustings.errors import DataError
from hustings.files import read_text
from hustings.sources import provenance, source


@source("nationalrat", cites="M. Lackner, apportionment (martinlackner/apportionment), examples/nr_wahlen.txt", series=True)
def nationalrat(edition: str, files: Mapping[str, Path]) -> Election:
    """Elections of Austria's Nationalrat since 1994: votes and official seats of each list in the whole country.

    Raises
    ------
    DataError
        A line is not (year, [lists], [votes], [seats]), or no line is of that year.
    """
    (path,) = files.values()
    for line, text in enumerate(read_text(path).splitlines(), 1):
        if not text.strip():
            continue
        try:
            year, names, votes, seats = literal_eval(text.partition("#")[0].strip())
            lists = list(zip(map(str, names), map(int, votes), map(int, seats), strict=True))
        except (SyntaxError, TypeError, ValueError):
            raise DataError(path, "is not (year, [lists], [votes], [seats]); the file is cut short or altered", line) from None
        if str(year) == edition:
            contest = _contest(lists)
            return Election("nationalrat", edition, catalogued("nationalrat", edition).date, (contest,), provenance("nationalrat", edition))
    raise DataError(path, f"has no line of {edition}; the file is cut short")


def _contest(lists: list[tuple[str, int, int]]) -> Contest:
    """One district, the republic; of two lists of one name the second has a number."""
    seen: dict[str, int] = {}
    parties, candidacies = [], []
    for name, votes, seats in lists:
        seen[name] = seen.get(name, 0) + 1
        called = name if seen[name] == 1 else f"{name} {seen[name]}"
        parties.append(Party(called.lower(), called))
        candidacies.append(Candidacy(Candidate(called, called.lower()), votes, seats))
    row = np.array([[votes for _, votes, _ in lists]], dtype=np.int64)
    tally = Tally(tuple(parties), row, np.ones(row.shape, dtype=np.bool_))
    republic = District("at", "Austria", sum(seats for _, _, seats in lists), country="Austria")
    return Contest("list", (republic,), tally, candidacies=(tuple(candidacies),))
