"""A file of ranked papers in; its numbers, its folded papers and its election out. What the formats have in common."""

import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.election import NOBODY, Contest, District, Election, Profile, Provenance
from hustings.errors import DataError
from hustings.facts import fact

LINE_END = 10
BLOCK = 2**17
SAMPLE = 2**20
ROWS = 2**13
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
LONG = re.compile(rb"\d{16}")
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

    def fault(what: str, text: bytes) -> DataError:
        place = line + body.split(b"\n").index(text)
        return file.error(f"'{file.lines()[place - 1].strip()}' {what}", place)

    tables = (_table(block, times, candidates, fault, closed=closed) for block, times in _blocks(body))
    if len(body) <= BLOCK:
        return folded(*next(tables))
    # One table for all, which grows in width where a block is wider: what is touched once costs half of what is copied.
    rankings, numbers, rows = np.empty((body.count(b"\n") + 1, 1), dtype=np.int16), [], 0
    for ranks, number in tables:
        width = ranks.shape[1]
        if width > rankings.shape[1]:
            narrow, rankings = rankings[:rows], np.empty((len(rankings), width), dtype=np.int16)
            rankings[:rows, : narrow.shape[1]], rankings[:rows, narrow.shape[1] :] = narrow, NOBODY
        rankings[rows : rows + len(ranks), :width], rankings[rows : rows + len(ranks), width:] = ranks, NOBODY
        numbers.append(number)
        rows += len(ranks)
    return folded(rankings[:rows], np.concatenate(numbers))


def _blocks(body: bytes) -> Iterator[tuple[bytes, NDArray[np.int64] | None]]:
    """Some lines at a time, that a cache holds with all that is made of them, and how often each is there, if that is counted."""
    sample = body[:SAMPLE].split(b"\n") if len(body) > SAMPLE else []
    if 10 * len(set(sample)) < 7 * len(sample):
        # Of a million papers most are copies, and comparing lines is faster than reading numbers.
        copies = Counter(BytesIO(body))
        lines, times = list(copies), np.fromiter(copies.values(), np.int64, len(copies))
        for start in range(0, len(lines), BLOCK // 32):
            yield b"".join(lines[start : start + BLOCK // 32]), times[start : start + BLOCK // 32]
        return
    at = 0
    while not at or at < len(body):
        end = body.find(b"\n", at + BLOCK) + 1 or len(body)
        yield body[at:end], None
        at = max(end, 1)


def _table(
    block: bytes, times: NDArray[np.int64] | None, candidates: int, fault: Callable[[str, bytes], DataError], *, closed: bool
) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """The rankings and papers of some lines."""

    def faulty(what: str, row: int) -> DataError:
        return fault(what, block.split(b"\n")[row])

    values, starts, widest = _numbers(block)
    if widest > 15:
        raise faulty("has a number of more than 15 digits; check it", next(row for row, text in enumerate(block.split(b"\n")) if LONG.search(text)))
    counts = starts[1:] - starts[:-1]
    rows = counts.nonzero()[0]
    counts, starts = counts[rows], starts[rows]
    if closed:
        last = values[starts + counts - 1]
        if last.any() or (counts == 1).any():
            row = int(rows[((last != 0) | (counts == 1)).argmax()])
            raise faulty("does not end with 0; write one paper a line, its number first and 0 last", row)
    number = values.take(starts)
    if (number < 1).any():
        raise faulty("does not begin with a number of papers, 1 or more; correct it or leave it out", int(rows[(number < 1).argmax()]))
    values[starts] = 1
    if values.max(initial=0) > candidates or np.count_nonzero(values) < len(values) - closed * len(rows):
        wrong = (values > candidates) | (values == 0)
        wrong[starts + counts - 1] &= not closed
        place = int(wrong.argmax())
        what = f"ranks {values[place]}, who is not among {candidates} candidates; correct the paper or their number"
        raise faulty(what, int(rows[starts.searchsorted(place, side="right") - 1]))
    table = np.zeros((len(rows), max(int(counts.max(initial=0)), 2 + closed)), dtype=np.int16)
    table[np.arange(table.shape[1]) < counts[:, None]] = values
    table -= table >= 0
    return table[:, 1 : table.shape[1] - closed], number if times is None else number * times[rows]


def _numbers(block: bytes) -> tuple[NDArray[np.int64], NDArray[np.intp], int]:
    """All numbers of some lines, the index of each line's first, and the digits of the longest; those after MARK are negative, less one."""
    text = np.frombuffer(b"\n%s\n" % block.removesuffix(b"\n"), dtype=np.uint8)
    digit = (text - 48) < 10
    edges = (digit[1:] != digit[:-1]).nonzero()[0] + 1
    first, end = edges[0::2], edges[1::2]
    length = end - first
    widest = int(length.max(initial=0))
    values = np.subtract(text.take(end - 1), 48, dtype=np.int64)
    for place in range(1, min(widest, 15)):
        longer = (length > place).nonzero()[0]
        values[longer] += np.subtract(text.take(end.take(longer) - 1 - place), 48, dtype=np.int64) * 10**place
    if MARK in block:
        values = np.where(text[first - 1] == MARK[0], -1 - values, values)
    ends = text == LINE_END
    starts = ends.take(first - 1).nonzero()[0]
    # Nearly always each line begins with its first number; where one is blank or indented, search.
    if len(starts) == np.count_nonzero(ends) - 1:
        return values, np.append(starts, len(first)), widest
    return values, first.searchsorted(ends.nonzero()[0]), widest


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

    Both tables are written over, and what comes back nobody can write to, so that a Profile need not copy it.

    >>> folded(np.array([[0, 1], [1, -1], [0, 1]]), np.array([2, 3, 4]))[1].tolist()
    [6, 3]
    """
    # Different sums prove that rankings differ; mostly that is all there is to know. Sorted with their places in the lowest
    # bits, they say of which rankings there may be several.
    bits = np.uint64(len(rankings).bit_length())
    placed = np.empty(len(rankings), dtype=np.uint64)
    for start in range(0, len(rankings), ROWS):
        sums = _sums(_words(rankings[start : start + ROWS]))
        placed[start : start + ROWS] = sums >> bits << bits | np.arange(start, start + len(sums), dtype=np.uint64)
    placed.sort()
    again = np.zeros(len(placed), dtype=bool)
    for start in range(0, len(placed), ROWS):
        sums = placed[start : start + ROWS + 1] >> bits
        again[start + 1 : start + ROWS + 1] = sums[1:] == sums[:-1]
    later = again.nonzero()[0]
    if not len(later):
        return _sealed(rankings), _sealed(number)
    rows = np.unique(placed[np.concatenate((later - 1, later))] & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.intp)
    words = _words(rankings[rows])
    sums = _sums(words)
    order = sums.argsort(kind="stable")
    alike = (words[order[1:]] == words[order[:-1]]).all(axis=1)
    if (alike != (sums[order[1:]] == sums[order[:-1]])).any():  # rankings that differ can have the same sum
        order = np.lexsort(words.T)
        alike = (words[order[1:]] == words[order[:-1]]).all(axis=1)
    rows = rows[order]
    starts = np.concatenate(([True], ~alike)).nonzero()[0]
    number[rows[starts]] = np.add.reduceat(number[rows], starts)
    first = np.ones(len(number), dtype=bool)
    first[rows[1:][alike]] = False
    return _sealed(_kept(rankings, first)), _sealed(_kept(number, first))


def _sealed(table: NDArray[Any]) -> NDArray[Any]:
    """The same table, read-only, and so is the memory of which it is a part."""
    for part in (table, table.base):
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
    return table


def _kept(table: NDArray[Any], keep: NDArray[np.bool_]) -> NDArray[Any]:
    """Some rows of a table, moved to its head: as many rows in new memory would take longer than all the rest."""
    end = 0
    for start in range(0, len(table), ROWS):
        rows = table[start : start + ROWS][keep[start : start + ROWS]]
        table[end : end + len(rows)] = rows
        end += len(rows)
    return table[:end]


def _words(rankings: NDArray[np.int16]) -> NDArray[np.uint64]:
    """The same rankings four ranks a word, the last ones filled up with NOBODY."""
    width = rankings.shape[1]
    padded = np.full((len(rankings), -(-width // 4) * 4), NOBODY, dtype=np.int16)
    padded[:, :width] = rankings
    return padded.view(np.uint64)


def _sums(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A number for each ranking, the same for the same."""
    sums = words[:, 0] * MULTIPLIER
    for column in range(1, words.shape[1]):
        sums ^= sums >> np.uint64(29)
        sums += words[:, column]
        sums *= MULTIPLIER
    return sums


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
