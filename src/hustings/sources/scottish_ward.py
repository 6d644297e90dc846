"""The papers of a Scottish council ward in, as scot-elex publishes them in CSV; the election of the ward out."""

import re
from pathlib import Path

import numpy as np

from hustings.ballots import BallotFile, ballot_election, papers, party, read
from hustings.election import Candidate, Election, Profile
from hustings.sources import source

HEADER = re.compile(rb"(\d{1,5}),(\d{1,5}),?\n")
CANDIDATE = re.compile(r'"Candidate (\d+)","\s*([^"]*[^"\s])\s*","\s*([^"]*[^"\s])\s*",?')
PAPER = re.compile(rb"\d+(?:,\d+)*,?")
SAME = {"labco": "lab"}
"""Labour and Co-operative is Labour."""


def sniff(head: str) -> bool:
    """Whether a file begins with two numbers alone and then papers."""
    return bool(re.match(r"\d+,\d+,?\r?\n[\d\"]", head))


@source(
    "scottish-ward",
    cites="D. McCune, scot-elex (mggg/scot-elex), README: one file a ward",
    suffixes=(".csv",),
    sniff=sniff,
    begins="the numbers of candidates and seats",
)
def scottish_ward(path: Path) -> Election:
    """A ward of scot-elex: candidates and seats, papers by ranking, the candidates with their parties, the ward's name.

    Raises
    ------
    DataError
        The file does not say what it must; nothing is guessed.
    """
    file = read(path)
    text = file.text
    if not (header := HEADER.match(text)):
        raise file.error("the first line must be two numbers, of candidates and of seats (9,4,)", 1)
    number, seats = map(int, header.groups())
    if not number or not seats:
        raise file.error(f"there are {number} candidates and {seats} seats; both must be 1 or more", 1)
    end = text.find(b'"Candidate', header.end())
    if end < 0:
        raise file.error('no candidates ("Candidate 1",…) follow the papers; the file is cut short', text.count(b"\n") + 1)
    body = text[header.end() : end]
    signs = np.frombuffer(b"\n" + body, dtype=np.uint8)
    # A comma after anything that is no digit: fifteen times as fast as looking for both pairs in the text.
    if body.translate(None, b"0123456789,\n") or ((signs[1:] == ord(",")) & (signs[:-1] < ord("0"))).any():
        row, bad = next((row, line) for row, line in enumerate(body.split(b"\n"), 2) if line and not PAPER.fullmatch(line))
        raise file.error(f"'{bad.decode()}' is not a whole number of papers and whole numbers of candidates, set apart by commas; correct it", row)
    rankings, weights = papers(file, body, 2, number)
    candidates, ward = _candidates(file, text[end:], file.line_at(end), number)
    return ballot_election(file, "scot-elex file", Profile(candidates, rankings, weights), title=ward, seats=seats)


def _candidates(file: BallotFile, text: bytes, line: int, number: int) -> tuple[tuple[Candidate, ...], str]:
    """The candidates and the name of the ward from the foot of the file."""
    rows = text.decode().rstrip().split("\n")
    candidates = []
    for place, row in enumerate(rows[:number], 1):
        match = CANDIDATE.fullmatch(row)
        if not match or int(match[1]) != place:
            raise file.error(f'\'{row}\' must be "Candidate {place}","name","party", as there are {number} candidates', line + place - 1)
        _, name, description = match.groups()
        id_ = party(description)
        candidates.append(Candidate(name, SAME.get(id_, id_), description))
    if len(rows) <= number:
        raise file.error(f"{number} candidates and the ward's name must stand at the foot; the file is cut short", line + len(rows) - 1)
    if len(rows) > number + 1:
        raise file.error(f"'{rows[number + 1]}' follows the ward's name; nothing may", line + number + 1)
    # The name comes in up to four pairs of quotes, with blanks between them, and with commas of its own.
    ward = rows[number].rstrip(", ").strip('" ')
    if not ward or ward.startswith("Candidate "):
        raise file.error(f"'{rows[number]}' must be the ward's name, as there are {number} candidates", line + number)
    return tuple(candidates), ward
