"""A file of ranked papers in; its numbers, its folded papers and its election out. What the formats have in common."""

import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hustings.election import NOBODY, Contest, District, Election, Profile, Provenance
from hustings.errors import DataError
from hustings.facts import fact

LINE_END = 10
BLOCK = 2**18
MARK = b"@"
"""Written by `shared` before a number that stands for no candidate: @0 is a rank left blank, @k the k-th set."""

MOST = 2**15 - 2
"""Candidates, or sets of them, that a ranking in int16 can tell apart."""

Sets = tuple[tuple[int, ...], ...]
"""The candidates, by index, of each set that shares a rank."""

NO_SEATS = "the file does not say how many are to be elected: one is assumed; say how many with --seats"


@dataclass(frozen=True)
class BallotFile:
    """A file of papers: its text in UTF-8 with plain line ends, and the sha256 of what is on the disk."""

    path: Path
    text: bytes
    sha256: str

    def error(self, what: str, line: int | None = None) -> DataError:
        """An error in this file; lines are counted from 1."""
        return DataError(self.path, what, line)

    def lines(self) -> list[str]:
        """The text line by line."""
        return self.text.decode().split("\n")

    def line_at(self, offset: int) -> int:
        """The line in which a byte of the text lies."""
        return self.text.count(b"\n", 0, offset) + 1


def read(path: Path) -> BallotFile:
    """Read a file of text.

    Raises
    ------
    DataError
        It cannot be read, is empty, or is not text in UTF-8.
    """
    try:
        with path.open("rb", buffering=0) as file:
            data = file.read()
    except OSError as error:
        raise DataError(path, f"cannot be read ({error.strerror}); give the path of a file of papers") from None
    text = data.removeprefix(codecs.BOM_UTF8)
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found = BallotFile(path, text, hashlib.sha256(data).hexdigest())
    if not text or text.isspace():
        raise found.error("is empty; give a file of papers")
    if b"\0" in text:
        raise found.error("is not text; save it as text in UTF-8", found.line_at(text.index(b"\0")))
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError as error:
            raise found.error(f"byte 0x{text[error.start]:02x} is not text in UTF-8; save the file in UTF-8", found.line_at(error.start)) from None
    return found


def papers(file: BallotFile, body: bytes, line: int, candidates: int, *, closed: bool = False) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """Lines of numbers, each a number of papers and the candidates they rank, as rankings and papers, folded.

    Whatever is no digit separates; a caller has made sure of what stands there. `line` is that of the body's first, and
    `closed` says that each line ends with 0. Blank lines count for nothing.

    Raises
    ------
    DataError
        A number of papers is 0, a candidate is not among them, or a line is not closed.
    """
    if candidates > MOST:
        raise file.error(f"has {candidates:,} candidates; more than {MOST:,} cannot be held")
    source, times = body, None
    if len(body) > 2**20:
        # Of a million papers most are copies, and comparing lines is faster than reading numbers.
        copies = Counter(BytesIO(body))
        body, times = b"".join(copies), np.fromiter(copies.values(), np.int64, len(copies))

    def fault(what: str, row: int) -> DataError:
        place = line + source.split(b"\n").index(body.split(b"\n")[row])
        return file.error(f"'{file.lines()[place - 1].strip()}' {what}", place)

    values, starts, widest = _numbers(body)
    if widest > 15:
        row = next(row for row, text in enumerate(body.split(b"\n")) if re.search(rb"\d{16}", text))
        raise fault("has a number of more than 15 digits; check it", row)
    counts = starts[1:] - starts[:-1]
    rows = counts.nonzero()[0]
    counts, starts = counts[rows], starts[rows]
    if closed:
        last = values[starts + counts - 1]
        if last.any() or (counts == 1).any():
            row = int(rows[((last != 0) | (counts == 1)).argmax()])
            raise fault("does not end with 0; write one paper a line, its number first and 0 last", row)
    table = np.zeros((len(rows), max(int(counts.max(initial=0)), 2 + closed)), dtype=np.int64)
    table[np.arange(table.shape[1]) < counts[:, None]] = values
    number = table[:, 0].copy()
    if (number < 1).any():
        raise fault("does not begin with a number of papers, 1 or more; correct it or leave it out", int(rows[(number < 1).argmax()]))
    table -= table >= 0
    ranks = table[:, 1 : table.shape[1] - closed]
    if ranks.max(initial=NOBODY) >= candidates or np.count_nonzero(values) < len(values) - closed * len(rows):
        ranked = np.ones(len(values), dtype=bool)
        ranked[starts] = False
        ranked[starts + counts - 1] &= not closed
        place = int((ranked & ((values > candidates) | (values == 0))).argmax())
        what = f"ranks {values[place]}, who is not among {candidates} candidates; correct the paper or their number"
        raise fault(what, int(rows[starts.searchsorted(place, side="right") - 1]))
    return folded(ranks.astype(np.int16), number if times is None else number * times[rows])


def _numbers(body: bytes) -> tuple[NDArray[np.int64], NDArray[np.intp], int]:
    """All numbers of a text, the index of each line's first, and the digits of the longest; those after MARK are negative, less one.

    A long text is read in blocks of lines that a cache holds, so that the time grows with its length and no faster.
    """
    body = body.removesuffix(b"\n")
    found, at = [], 0
    while at <= len(body):
        end = body.find(b"\n", at + BLOCK)
        end = len(body) if end < 0 else end
        found.append(_numbers_of(body[at:end]))
        at = end + 1
    if len(found) == 1:
        return found[0]
    offsets = np.cumsum([0, *(len(values) for values, _, _ in found)])
    starts = [starts[:-1] + offset for (_, starts, _), offset in zip(found, offsets.tolist(), strict=False)]
    values = np.concatenate([values for values, _, _ in found])
    return values, np.concatenate([*starts, offsets[-1:]]), max(widest for _, _, widest in found)


def _numbers_of(block: bytes) -> tuple[NDArray[np.int64], NDArray[np.intp], int]:
    """The same of some lines, without the last one's end."""
    text = np.frombuffer(b"\n%s\n" % block, dtype=np.uint8)
    digit = (text - 48) < 10
    edges = (digit[1:] != digit[:-1]).nonzero()[0] + 1
    first, end = edges[0::2], edges[1::2]
    length = end - first
    widest = int(length.max(initial=0))
    values = text[end - 1].astype(np.int64) - 48
    for place in range(1, min(widest, 15)):
        longer = (length > place).nonzero()[0]
        values[longer] += (text[end[longer] - 1 - place].astype(np.int64) - 48) * 10**place
    if MARK in block:
        values = np.where(text[first - 1] == MARK[0], -1 - values, values)
    starts = (text.take(first - 1) == LINE_END).nonzero()[0]
    # Nearly always each line begins with its first number; where one is blank or indented, search.
    if len(starts) == block.count(b"\n") + 1:
        return values, np.append(starts, len(first)), widest
    return values, first.searchsorted((text == LINE_END).nonzero()[0]), widest


def shared(file: BallotFile, body: bytes, line: int, candidates: int, pattern: str) -> tuple[bytes, Sets]:
    """Write whatever matches the pattern as `papers` reads it: the sets of candidates who share a rank, and blank ranks.

    Returns
    -------
    The text, and the candidates of each set, by index, in the order in which sets appear.

    Raises
    ------
    DataError
        A set names somebody twice, or who is not a candidate.
    """
    known: dict[tuple[int, ...], int] = {}

    def code(match: re.Match[bytes]) -> bytes:
        members = sorted(map(int, re.findall(rb"\d+", match[0])))
        if members and (len(set(members)) < len(members) or members[0] < 1 or members[-1] > candidates):
            what = f"'{match[0].decode()}' must name different candidates, from 1 to {candidates}; correct it"
            raise file.error(what, line + body.count(b"\n", 0, match.start()))
        if len(members) == 1:
            return b"%d" % members[0]
        number = known.setdefault(tuple(member - 1 for member in members), len(known) + 1) if members else 0
        return b"%s%d" % (MARK, number)

    text = re.sub(pattern.encode(), code, body)
    if len(known) > MOST:
        raise file.error(f"has {len(known):,} different sets of candidates at one rank; more than {MOST:,} cannot be held")
    return text, tuple(known)


def folded(rankings: NDArray[np.int16], number: NDArray[np.int64]) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """Each distinct ranking once, in order of first appearance, and its papers added; there is at least one rank.

    >>> folded(np.array([[0, 1], [1, -1], [0, 1]]), np.array([2, 3, 4]))[1].tolist()
    [6, 3]
    """
    rows, width = rankings.shape
    padded = np.full((rows, -(-width // 4) * 4), NOBODY, dtype=np.int16)
    padded[:, :width] = rankings
    # Different sums prove that rankings differ; mostly that is all there is to know.
    words = padded.view(np.uint64)
    sums = words[:, 0].copy()
    for column in range(1, words.shape[1]):
        sums *= np.uint64(0x9E3779B97F4A7C15)
        sums ^= sums >> np.uint64(29)
        sums += words[:, column]
    sums.sort()
    if (sums[1:] != sums[:-1]).all():
        return rankings, number
    index: dict[bytes, int] = {}
    which = [index.setdefault(ranking, len(index)) for ranking in padded.view(f"V{padded.shape[1] * 2}").ravel().tolist()]
    total = np.zeros(len(index), dtype=np.int64)
    np.add.at(total, which, number)
    distinct = np.frombuffer(b"".join(index), dtype=np.int16).reshape(len(index), -1)
    return distinct[:, :width], total


def ranked(file: BallotFile, rows: Iterable[tuple[int, Sequence[Sequence[int] | None]]]) -> tuple[NDArray[np.int16], NDArray[np.int64], Sets]:
    """Papers given one by one, as a number of them and whom each rank names, as rankings, papers and sets, folded.

    None is a rank left blank; an empty rank names several, and the file does not say whom.
    """
    sets: dict[tuple[int, ...], int] = {}
    total: dict[tuple[int, ...], int] = {}
    for number, ranks in rows:
        ranking = tuple(NOBODY if who is None else who[0] if len(who) == 1 else -2 - sets.setdefault(tuple(sorted(who)), len(sets)) for who in ranks)
        total[ranking] = total.get(ranking, 0) + number
    if max([len(sets), *(max(ranking, default=0) for ranking in total)]) > MOST:
        raise file.error(f"has more than {MOST:,} candidates, or sets of them at one rank; that cannot be held")
    rankings = np.full((len(total), max([1, *map(len, total)])), NOBODY, dtype=np.int16)
    for row, ranking in enumerate(total):
        rankings[row, : len(ranking)] = ranking
    return *folded(rankings, np.fromiter(total.values(), np.int64, len(total))), tuple(sets)


@cache
def party(description: str) -> str:
    """The id of a party as a ballot paper describes it, 'Labour (Lab)'; one that the house does not know keeps its abbreviation.

    >>> party("Scottish National Party (SNP)"), party("Green (Gr)"), party("Alba Party (API)"), party("Monster Raving Loony")
    ('snp', 'green', 'api', 'Monster Raving Loony')
    """
    known = {name.casefold(): id_ for id_, about in fact("parties").items() for name in (id_, about["name"], about["short"])}
    match = re.fullmatch(r"(.*?)\s*\(([^()]+)\)", description)
    name, short = match.groups() if match else (description, description)
    return known.get(short.casefold()) or known.get(name.casefold()) or (short.casefold() if match else short)


def ballot_election(
    file: BallotFile, format_: str, profile: Profile, *, title: str = "", seats: int | None = None, notes: Sequence[str] = ()
) -> Election:
    """The election of one district whose papers a file holds; without a number of seats one is elected, and a note says so."""
    stem = file.path.stem
    district = District(stem, title or stem, 1 if seats is None else seats)
    provenance = Provenance(format_, ((file.path.name, file.sha256),), notes=(*notes, *([NO_SEATS] if seats is None else [])))
    return Election(str(file.path), "", None, (Contest("ballot", (district,), profiles=(profile,)),), provenance)
