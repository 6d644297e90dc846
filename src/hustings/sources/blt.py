"""A BLT file in, as Hill's program, OpenSTV and OpaVote write it; the election of its papers out."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hustings.ballots import MARK, BallotFile, Sets, ballot_election, papers, party, read, shared
from hustings.election import Candidate, Election, Profile
from hustings.errors import DataError
from hustings.sources import source

BLANK = re.compile(rb"(?:[ \t]*(?:#.*)?\n)*")
HEADER = re.compile(rb"[ \t]*(\d{1,5})[ \t]+(\d{1,5})[ \t]*(?:#.*)?\n")
WITHDRAWN = re.compile(rb"(?:[ \t]*-\d{1,5}(?=\s))+[ \t]*(?:#.*)?\n")
END = re.compile(rb"\n[ \t]*0[ \t]*(?:#.*)?\n")
SHARED = r"(?<![^ \t\n])(?:-|\d+(?:=\d+)+)(?![^ \t\n])"
TOKEN = re.compile(rb"-|\d+(?:=\d+)*")
STRING = r'"([^"]*(?:""[^"]*)*)"'
ENTRY = re.compile(rf'(?:{STRING}(?:\s+{STRING})?|([^"#][^#]*?))\s*(?:#.*)?')
COMMENTED = re.compile(r"# ALTERNATIVE NAME \d+: (.*\S)")
"""Some files of the Scottish councils' papers of 2007 carry their names so."""


@source(
    "blt",
    cites="Hill, Wichmann & Woodall, Algorithm 123, Computer Journal 30 (1987), pp. 277-281; OpaVote, BLT File Format",
    suffixes=(".blt",),
)
def blt(path: Path) -> Election:
    """A BLT file: candidates and seats, who withdrew (-2), papers that end with 0, an end mark, names and a title.

    A rank may be left blank (-) or shared (1=2), a paper may begin with an identity in brackets, which is not kept, and
    whatever follows # is a comment. Names and title stand one a line, quoted or not; a second string in quotes is the
    party. Papers stand one a line too, so that one cut short is noticed.

    Raises
    ------
    DataError
        The file does not say what it must; nothing is guessed.
    """
    file = read(path)
    text = file.text if file.text.endswith(b"\n") else file.text + b"\n"
    start = _after_blanks(text, 0)
    if not (header := HEADER.match(text, start)):
        raise file.error("the first line must be two numbers, of candidates and of seats (4 2)", file.line_at(start))
    number, seats = map(int, header.groups())
    if not number or not seats:
        raise file.error(f"there are {number} candidates and {seats} seats; both must be 1 or more", file.line_at(start))
    start, withdrawn = _after_blanks(text, header.end()), list[int]()
    while line := WITHDRAWN.match(text, start):
        withdrawn += [int(who) for who in re.findall(rb"-(\d+)", line[0].partition(b"#")[0])]
        if not 0 < min(withdrawn) <= max(withdrawn) <= number or len(set(withdrawn)) < len(withdrawn):
            raise file.error(f"-{' -'.join(map(str, withdrawn))}: who withdrew must be one of {number} candidates, once each", file.line_at(start))
        start = _after_blanks(text, line.end())
    if not (end := END.search(text, start - 1)):
        raise file.error("no end mark, a line that is 0 alone, follows the papers; the file is cut short", text.count(b"\n"))
    rankings, weights, sets = _papers(file, text[start : end.start() + 1], file.line_at(start), number)
    *names, (title, _) = _names(file, text[end.end() :], file.line_at(end.end()), number)
    candidates = tuple(Candidate(name, description and party(description), description) for name, description in names)
    profile = Profile(candidates, rankings, weights, sets, tuple(sorted(who - 1 for who in withdrawn)))
    return ballot_election(file, "BLT file", profile, title=title, seats=seats)


def _after_blanks(text: bytes, start: int) -> int:
    match = BLANK.match(text, start)
    return match.end() if match else start


def _papers(file: BallotFile, body: bytes, line: int, number: int) -> tuple[NDArray[np.int16], NDArray[np.int64], Sets]:
    """The rankings, their numbers of papers, and the sets of candidates at one rank."""
    if b"#" in body:
        body = re.sub(rb"#.*", b"", body)
    if b"(" in body:
        body = re.sub(rb"(?m)^[ \t]*\([^()\n]*\)", b"", body)
    plain, sets = shared(file, body, line, number, SHARED) if b"=" in body or b"-" in body else (body, ())
    if MARK in body or plain.translate(None, b"0123456789 \t\n" + MARK):
        raise _stray(file, body, line)
    return *papers(file, plain, line, number, closed=True), sets


def _stray(file: BallotFile, body: bytes, line: int) -> DataError:
    """What is wrong with the first word that has no place among papers."""
    word = next(word for word in re.finditer(rb"[^ \t\n]+", body) if not TOKEN.fullmatch(word[0]))
    text = word[0].decode()
    if re.fullmatch(r"-\d+", text):
        what = "is negative; a number of papers is 1 or more, and who withdrew stands on the line after the first"
    elif re.fullmatch(r"[-+]?\d*[./]\d+", text):
        what = "is not a whole number; papers are whole"
    else:
        what = "is not a number; names follow the end mark, a line that is 0 alone"
    return file.error(f"'{text}' {what}", line + body.count(b"\n", 0, word.start()))


def _names(file: BallotFile, text: bytes, line: int, number: int) -> list[tuple[str, str]]:
    """The candidates and, last, the title, each with what a second string says."""
    entries: list[tuple[str, str]] = []
    rows = text.decode().rstrip().split("\n")
    for row, content in enumerate(map(str.strip, rows), line):
        if match := COMMENTED.fullmatch(content):
            entries.append((match[1], ""))
        elif content == "0":
            raise file.error("a second end mark; one line that is 0 alone stands between papers and names", row)
        elif content and content[0] != "#":
            if len(entries) > number:
                raise file.error(f"'{content}' follows the title; after the end mark stand {number} names and a title", row)
            if not (entry := _entry(content)):
                raise file.error(f"the quotes of {content} do not pair; write a quote inside a name twice", row)
            if not entry[0]:
                raise file.error("a name is empty; write it", row)
            entries.append(entry)
    if len(entries) <= number:
        what = f"{len(entries)} names where {number} names and a title must follow the end mark; the file is cut short, or its first line is wrong"
        raise file.error(what, line + len(rows) - 1)
    return entries


def _entry(content: str) -> tuple[str, str] | None:
    """A name and what follows it in quotes; some files quote both once more, as CSV does."""
    if not (match := ENTRY.fullmatch(content)):
        return None
    if match[3]:
        return match[3], ""
    name, description = ((part or "").replace('""', '"').strip() for part in match.group(1, 2))
    return (name[:1] == '"' and not description and _entry(name)) or (name, description)
