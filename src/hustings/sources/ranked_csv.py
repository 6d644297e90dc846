"""A table with a column for each rank in, plain CSV or TSV; the election of its papers out."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from hustings.ballots import BallotFile, ballot_election, ranked, read
from hustings.election import Candidate, Election, Profile
from hustings.sources import source

RANK = re.compile(r"W[ _-]*(\d{1,3})|(\d{1,3})(?:st|nd|rd|th)?[ _-]*W".replace("W", "(?:rank|choice|preference)"), re.IGNORECASE)
WEIGHTS = ("weight", "papers", "count", "ballots", "votes")
BLANK, OVERVOTE = ("", "skipped", "undervote"), "overvote"


def sniff(head: str) -> bool:
    """Whether the first line has a column for each of some ranks."""
    line = next(iter(head.splitlines()), "")
    cells = next(csv.reader([line], delimiter="\t" if "\t" in line else ","), [])
    return _ranks(cells) is not None


def _ranks(cells: Sequence[str]) -> list[int] | None:
    """The columns of the ranks, first to last, if they are numbered 1, 2, 3 and so on."""
    found = {int(match[1] or match[2]): column for column, cell in enumerate(cells) if (match := RANK.fullmatch(cell.strip()))}
    ranks = range(1, len(found) + 1)
    return [found[rank] for rank in ranks] if found and set(found) == set(ranks) else None


@source(
    "ranked-csv",
    cites="no standard: a table with a column for each rank, as this page describes it",
    suffixes=(".csv", ".tsv"),
    begins="columns rank1,rank2,… and a row for each paper",
    sniff=sniff,
)
def ranked_csv(path: Path) -> Election:
    """A table of papers: columns rank1, rank2, …, with a name in each cell, and weight (papers that are alike), if any.

    An empty cell, or `skipped` or `undervote`, is a rank left blank; names joined by = share a rank; `overvote` says that
    several do, and not who. Candidates are in the order in which papers name them first.

    Raises
    ------
    DataError
        The file does not say what it must; nothing is guessed.
    """
    file = read(path)
    lines = _lines(file)
    _, head = next(lines)
    ranks = _ranks(head)
    names = [cell.strip().casefold() for cell in head]
    weights = [column for column, name in enumerate(names) if name in WEIGHTS]
    if ranks is None or len(weights) > 1 or len(ranks) + len(weights) < len(head):
        what = f"the columns are {', '.join(map(repr, head))}; they must be rank1, rank2 and so on, and weight if there are weights"
        raise file.error(what, 1)
    places: dict[str, int] = {}
    rows: list[tuple[int, list[tuple[int, ...] | None]]] = []
    for line, cells in lines:
        if len(cells) != len(head):
            raise file.error(f"{len(cells)} cells under {len(head)} columns; the line is cut short, or a name with a comma needs quotes", line)
        weight = cells[weights[0]].strip() if weights else "1"
        if not re.fullmatch(r"\d{1,15}", weight) or not int(weight):
            raise file.error(f"weight '{weight}' must be a whole number of papers, 1 or more", line)
        rows.append((int(weight), [_rank(file, cells[column].strip(), line, places) for column in ranks]))
    if not places:
        raise file.error("no paper names anybody; the file is cut short")
    rankings, number, sets = ranked(file, rows)
    profile = Profile(tuple(map(Candidate, places)), rankings, number, sets)
    return ballot_election(file, "ranked CSV file", profile)


def _lines(file: BallotFile) -> Iterator[tuple[int, list[str]]]:
    """The line and the cells of each row that is not blank."""
    lines = file.lines()
    reader = csv.reader((line + "\n" for line in lines), delimiter="\t" if "\t" in lines[0] else ",", strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise file.error(f"is not CSV: {error}; check the quotes", line) from None


def _rank(file: BallotFile, cell: str, line: int, places: dict[str, int]) -> tuple[int, ...] | None:
    """Whom a cell names; None for nobody, and nothing for several who are not named."""
    if cell.casefold() in BLANK:
        return None
    if cell.casefold() == OVERVOTE:
        return ()
    names = [name.strip() for name in cell.split("=")]
    if not all(names) or len(set(names)) < len(names):
        raise file.error(f"'{cell}' must name different candidates, with = between them", line)
    return tuple(places.setdefault(name, len(places)) for name in names)
