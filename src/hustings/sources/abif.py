"""An ABIF file (Aggregated Ballot Information Format) in; the election of its rankings out."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

from hustings.ballots import BallotFile, ballot_election, ranked, read
from hustings.election import Candidate, Election, Profile
from hustings.sources import source

WHO = r'(?:\[([^\[\]]+)\]|"([^"]+)"|([\w-]+))'
COMMENT = re.compile(r'((?:\[[^\]]*\]|"[^"]*"|[^#\["])*)(?:#.*)?')
HEADER = re.compile(r"ABIF(?:\s+\d+(?:\.\d+)*)?\s*(\{.*\})?")
NAME = re.compile(rf"=\s*{WHO}\s*:\s*(?:\[([^\[\]]+)\]|([^\[\]]+?))")
PAPER = re.compile(r"([^:]*?)\s*:\s*(.*?)(?:\s*:\s*\{.*\})?")
NEXT = re.compile(rf"\s*{WHO}\s*(/\s*\d+)?\s*([>=,*]|$)")


@source(
    "abif",
    cites="Aggregated Ballot Information Format, drafts 0.03 and 1 (electorama/abif: abif-v0.03, draft1/ballot_lines.md)",
    suffixes=(".abif",),
)
def abif(path: Path) -> Election:
    """ABIF: a line for each ranking (27:A>B=C), names (=A:[Ada Lovelace]), metadata in braces, and comments after #.

    Whoever has no name of their own is called as the papers call them. Scores beside a ranking (A/5>B/3) are not read,
    and a note says so; scores alone are no ranking.

    Raises
    ------
    DataError
        The file does not say what it must; nothing is guessed.
    """
    file = read(path)
    names: dict[str, str] = {}
    places: dict[str, int] = {}
    rows: list[tuple[int, list[tuple[int, ...]]]] = []
    title, declared, scored = "", None, False
    for line, raw in enumerate(file.lines(), 1):
        match = COMMENT.fullmatch(raw)
        text = (match[1] if match else raw).strip()
        if not text:
            continue
        if text[0] == "{" or HEADER.fullmatch(text):
            title = str(_metadata(file, text, line).get("title", title))
        elif match := NAME.fullmatch(text):
            token = match[1] or match[2] or match[3]
            if token in names or rows:
                raise file.error(f"'{token}' is named twice, or after the first paper; give each name once, before the papers", line)
            places[token] = declared = len(places)
            names[token] = (match[4] or match[5]).strip()
        elif match := PAPER.fullmatch(text):
            if not re.fullmatch(r"\d{1,15}", match[1]) or not int(match[1]):
                raise file.error(f"'{match[1]}' must be a whole number of papers, 1 or more", line)
            ranks, scores = _ranks(file, match[2], line)
            for token in itertools.chain(*ranks):
                if token not in places:
                    if token in names.values():
                        raise file.error(f"'{token}' is somebody's name; papers name them by what stands before it", line)
                    places[token], names[token] = len(places), token
            rows.append((int(match[1]), [tuple(places[token] for token in rank) for rank in ranks]))
            scored |= scores
        else:
            raise file.error(f"'{text}' is no paper (27:A>B), name (=A:[Ada]), metadata or comment; correct it", line)
    if not rows:
        raise file.error("has no papers (27:A>B); the file is cut short, or is not ABIF")
    undeclared = [] if declared is None else list(names)[declared + 1 :]
    notes = [f"the file gives no name for {', '.join(undeclared)}"] if undeclared else []
    notes += ["the scores beside the rankings are not read"] if scored else []
    rankings, number, sets = ranked(file, rows)
    profile = Profile(tuple(Candidate(name) for name in names.values()), rankings, number, sets)
    return ballot_election(file, "ABIF file", profile, title=title, notes=notes)


def _ranks(file: BallotFile, text: str, line: int) -> tuple[list[list[str]], bool]:
    """Who stands at each rank of a paper, by token, and whether there are scores beside them."""
    ranks: list[list[str]] = []
    start, sign, scored = 0, "", False
    while start < len(text) or sign:
        if not (match := NEXT.match(text, start)):
            raise file.error(f"'{text[start:].strip() or sign}' is not a candidate; write A, [A name] or \"A name\", and > or = between them", line)
        token = match[1] or match[2] or match[3]
        if sign != "=":
            ranks.append([])
        if token in ranks[-1]:
            raise file.error(f"'{token}' stands twice at one rank; name each candidate there once", line)
        ranks[-1].append(token)
        scored |= bool(match[4])
        start, sign = match.end(), match[5]
        if sign in (",", "*"):
            raise file.error(f"'{sign}' stands between scores, and this reads rankings; write > or =", line)
    return ranks, scored


def _metadata(file: BallotFile, text: str, line: int) -> dict[str, Any]:
    """What stands in braces: JSON, or one bare key and its value."""
    braces = text[text.find("{") :] if "{" in text else "{}"
    if match := re.fullmatch(r"\{\s*([\w ]+?)\s*:\s*([\w. ]+?)\s*\}", braces):
        return {match[1]: match[2]}
    try:
        found: dict[str, Any] = json.loads(braces)
    except json.JSONDecodeError as error:
        raise file.error(f"the metadata is not JSON: {error.msg}", line) from None
    return found
