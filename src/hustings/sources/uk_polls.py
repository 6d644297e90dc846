"""The collection of British opinion polls in, and the polls in it out."""

from collections.abc import Mapping
from pathlib import Path

from hustings.errors import DataError
from hustings.polls import COLLECTION, Polls, read_polls
from hustings.sources import source


@source(
    "uk-polls",
    cites="K. Simpson, UK general election polls, stacked (keithysimpson/UK_general_election_polls_stacked)",
    series=True,
    polls=True,
)
def uk_polls(edition: str, files: Mapping[str, Path]) -> Polls:  # noqa: ARG001 — one file has all
    """Voting intention in Great Britain since May 2010: pollsters under one name each, parties of Reform_UKIP by date.

    Raises
    ------
    DataError
        The file lacks a column, or a row is not a poll; all mistakes are listed.
    """
    (path,) = files.values()
    polls = read_polls(path)
    if "reform" not in {party.id for party in polls.parties}:
        raise DataError(path, f"has no columns {' and '.join(COLLECTION)}; get the file anew")
    return polls
