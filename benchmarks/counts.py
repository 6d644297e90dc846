"""Counts of ranked papers: the wards of Scotland beside the peers that are installed, a contest of a million papers, and how cost grows.

    python benchmarks/counts.py [FOLDER] [--peers PYTHON] [--every N] [--only wards|million|growth] [--ten-million]

FOLDER is the mirror of public files (or HUSTINGS_MIRROR, or ../shared/data); PYTHON the interpreter of the environment that has
`peers.txt`. Seconds are of CPU, imports apart, each program in a process of its own; ratios are theirs over ours.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

RUNS, ENOUGH = 7, 8.0
CANDIDATES, SEATS, CHUNK = 20, 6, 500_000

Elected = list[int]
Papers = list[tuple[int, list[int]]]
Step = Callable[[Any], Any]
"""Reads a ward from its path, or counts what the first step read and gives the indices of those elected."""


def plain(path: Path) -> tuple[int, int, Papers]:
    """Candidates, seats and papers of a ward, for the peers that read no such file: as quick as Python is, and nothing checked."""
    with path.open(encoding="utf-8") as file:
        candidates, seats = map(int, next(file).rstrip(",\n").split(","))
        papers = []
        for line in file:
            if line[0] == '"':
                break
            number, *ranking = map(int, line.rstrip(",\n").split(","))
            papers.append((number, [who - 1 for who in ranking]))
    return candidates, seats, papers


def hustings() -> tuple[Step, Step]:
    import hustings as hs
    from hustings.counting.run import count_all

    method = hs.method["scotland-2007"]
    return hs.load, lambda election: list(count_all(election.contests[0], method)[0].elected)


def votelib() -> tuple[Step, Step]:
    from votelib.evaluate.sequential import TransferableVoteSelector

    count = TransferableVoteSelector(quota_function="droop", transferer="Gregory").evaluate

    def read(path: Path) -> tuple[dict[tuple[int, ...], int], int]:
        _, seats, papers = plain(path)
        votes: dict[tuple[int, ...], int] = {}
        for number, ranking in papers:
            votes[tuple(ranking)] = votes.get(tuple(ranking), 0) + number
        return votes, seats

    return read, lambda ward: count(*ward)


def votekit() -> tuple[Step, Step]:
    from votekit.cvr_loaders import load_scottish
    from votekit.elections import FastSTV

    def elected(ward: tuple[Any, ...]) -> Elected:
        profile, seats, names, *_ = ward
        won = FastSTV(profile, n_seats=seats, simultaneous=False, tiebreak="borda").get_elected()
        return [names.index(name) for level in won for name in level]

    return load_scottish, elected


def pref_voting() -> tuple[Step, Step]:
    from pref_voting.profiles_with_ties import ProfileWithTies
    from pref_voting.proportional_methods import stv_scottish

    def read(path: Path) -> tuple[Any, int]:
        candidates, seats, papers = plain(path)
        rankings = [{who: rank for rank, who in enumerate(ranking, 1)} for _, ranking in papers]
        return ProfileWithTies(rankings, [number for number, _ in papers], candidates=list(range(candidates))), seats

    return read, lambda ward: stv_scottish(ward[0], num_seats=ward[1], rng=random.Random(1))


def pyrankvote() -> tuple[Step, Step]:
    from pyrankvote import Ballot, Candidate, single_transferable_vote

    def read(path: Path) -> tuple[list[Any], list[Any], int]:
        number, seats, papers = plain(path)
        candidates = [Candidate(str(who)) for who in range(number)]
        ballots = [ballot for copies, ranking in papers for ballot in [Ballot([candidates[who] for who in ranking])] * copies]
        return candidates, ballots, seats

    def elected(ward: tuple[list[Any], list[Any], int]) -> Elected:
        random.seed(1)
        return [int(who.name) for who in single_transferable_vote(*ward).get_winners()]

    return read, elected


def interregnum() -> tuple[Step, Step]:
    from interregnum.methods.preferential.transferable_vote import SingleTransferableVoteAllocator

    count = SingleTransferableVoteAllocator("droop", "weighted_inclusive_gregory", "noop").calc

    def elected(ward: tuple[int, int, Papers]) -> Elected:
        candidates, seats, papers = ward
        # Names start at 1: it takes whoever is falsy for nobody.
        ballots = [(number, [who + 1 for who in ranking]) for number, ranking in papers]
        found = count(ballots, seats, random_seed=1, candidate_list=list(range(1, candidates + 1)))
        return [who.name - 1 for who in found.allocation]

    return plain, elected


def py_vote_core() -> tuple[Step, Step]:
    from py3votecore.stv import STV

    def read(path: Path) -> tuple[list[dict[str, Any]], int, int]:
        candidates, seats, papers = plain(path)
        return [{"count": number, "ballot": ranking} for number, ranking in papers], candidates, seats

    return read, lambda ward: sorted(STV(ward[0], list(range(ward[1])), required_winners=ward[2]).winners)


PEERS = {
    "votelib": votelib,
    "votekit": votekit,
    "pref_voting": pref_voting,
    "pyrankvote": pyrankvote,
    "interregnum": interregnum,
    "py-vote-core": py_vote_core,
}


def work(name: str, files: list[Path]) -> None:
    """Read and count these wards by one program; say as JSON how long it took and who was elected."""
    read, count = {"hustings": hustings, **PEERS}[name]()
    read_in, counted_in, elected = [], [], {}

    def once(some: list[Path]) -> tuple[float, float]:
        reading = counting = 0.0
        for path in some:
            begun = time.process_time()
            ward = read(path)
            between = time.process_time()
            try:
                won: Any = [int(who) for who in count(ward)]
            except Exception as error:  # noqa: BLE001 — whatever a peer fails of
                won = f"{type(error).__name__}: {error}"
            reading, counting = reading + between - begun, counting + time.process_time() - between
            elected[path.stem] = won
        return reading, counting

    once(files[:3])
    while len(read_in) < RUNS and sum(read_in) + sum(counted_in) < ENOUGH:
        reading, counting = once(files)
        read_in.append(reading)
        counted_in.append(counting)
    each = [statistics.median(read_in), statistics.median(counted_in), statistics.median(map(sum, zip(read_in, counted_in, strict=True)))]
    print(json.dumps({"version": metadata.version(name), "seconds": each, "elected": elected}))


def run(name: str, python: str, folder: Path, every: int) -> dict[str, Any] | None:
    """What `work` says in a process of its own, or None if that program is not installed."""
    alone = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")}
    command = [python, __file__, str(folder), "--every", str(every), "--work", name]
    done = subprocess.run(command, check=False, env=alone, capture_output=True, text=True)
    if done.returncode:
        print(f"{name:<16} {done.stderr.strip().rpartition(chr(10))[2]}")
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def wards(folder: Path, every: int) -> list[Path]:
    return sorted((folder / "stv" / "scotland").glob("*.csv"))[::every]


def beside_peers(folder: Path, python: str, every: int) -> None:
    number = len(wards(folder, every))
    scale = len(wards(folder, 1)) / number
    sample = f", times {scale:.2f}" if every > 1 else ""
    print(f"{number:,} wards of Scotland by scotland-2007{sample}   (at most 0.75 s, and 8 times as fast as any)")
    print(f"{'':<24} {'read':>8} {'count':>8} {'both':>8}   times ours")
    ours = run("hustings", sys.executable, folder, every)
    assert ours
    others = []
    # Ours first and again at the end, to show how steady the machine was.
    for place, name in enumerate(("hustings", *PEERS, "hustings")):
        found = ours if not place else run(name, sys.executable if name == "hustings" else python, folder, every)
        if found:
            reading, counting, both = (seconds * scale for seconds in found["seconds"])
            ratio = f"{both / (ours['seconds'][2] * scale):12.1f}" if place else ""
            print(f"{name + ' ' + found['version']:<24} {reading:8.3f} {counting:8.3f} {both:8.3f} {ratio}", flush=True)
            others.append((name, found["elected"]))
    print("\nwho elects others than we do")
    for name, elected in others[1:-1]:
        failed = {ward: won for ward, won in elected.items() if isinstance(won, str)}
        differ = [ward for ward, won in elected.items() if ward not in failed and set(won) != set(ours["elected"][ward])]
        said = f"{name}: in {len(differ)} wards" + (f": {', '.join(differ)}" if differ else "")
        print(textwrap.fill(said, 150, subsequent_indent="    ", break_on_hyphens=False))
        if failed:
            reasons = "; ".join(f"{ward} ({why})" for ward, why in failed.items())
            print(textwrap.fill(f"    fails in {len(failed)}: {reasons}", 150, subsequent_indent="    ", break_on_hyphens=False))


def cpu(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of CPU of a call, median of several if it is quick, and what it gives."""
    took: list[float] = []
    while len(took) < RUNS and sum(took) < ENOUGH / 2:
        found = None  # what the last run gave need not stay in memory
        begun = time.process_time()
        found = call()
        took.append(time.process_time() - begun)
    return statistics.median(took), found


def lines(number: int, spread: float, shortest: int, on: float, seed: int) -> Iterator[bytes]:
    """Papers as lines of BLT: candidates drawn without replacement by their strengths; each paper may end after the shortest."""
    import numpy as np

    rng = np.random.default_rng(seed)
    strengths = rng.normal(scale=spread, size=CANDIDATES)
    names = np.zeros((CANDIDATES + 1, 3), dtype=np.uint8)
    for who in range(CANDIDATES):
        text = f" {who + 1}".encode()
        names[who, : len(text)] = list(text)
    for start in range(0, number, CHUNK):
        rows = min(CHUNK, number - start)
        order = np.argsort(-(strengths + rng.gumbel(size=(rows, CANDIDATES))), axis=1)
        length = np.minimum(shortest - 1 + rng.geometric(1 - on, size=rows), CANDIDATES)
        order[np.arange(CANDIDATES) >= length[:, None]] = CANDIDATES
        text = np.zeros((rows, 1 + 3 * CANDIDATES + 3), dtype=np.uint8)
        text[:, 0], text[:, -3:] = ord("1"), list(b" 0\n")
        text[:, 1:-3] = names[order].reshape(rows, -1)
        yield text[text > 0].tobytes()


def contest(path: Path, papers: Iterator[bytes]) -> None:
    with path.open("wb") as file:
        file.write(b"%d %d\n" % (CANDIDATES, SEATS))
        file.writelines(papers)
        file.write(b"0\n" + b"".join(b'"Candidate %d"\n' % (who + 1) for who in range(CANDIDATES)) + b'"Generated"\n')


def three(path: Path) -> tuple[list[float], Any]:
    """Seconds to read and fold, to count, to find the pairwise matrix; and the papers."""
    import hustings as hs
    from hustings.counting.pairwise import pairwise_matrix, standings

    reading, election = cpu(lambda: hs.load(path))
    profile = election.contests[0].profiles[0]
    counting, _ = cpu(lambda: hs.count(profile, SEATS, hs.method["scotland-2007"]))
    pairing, _ = cpu(lambda: pairwise_matrix(standings(profile), profile.papers))
    return [reading, counting, pairing], profile


def million(folder: Path) -> None:
    path = folder / "million.blt"
    contest(path, lines(1_000_000, 2.0, 1, 0.77, 1832))
    seconds, profile = three(path)
    distinct, cast = profile.rankings.shape[0], int(profile.papers.sum())
    print(f"\n{cast:,} papers, {distinct:,} of them distinct, {CANDIDATES} candidates, {SEATS} seats")
    for what, took, most in zip(("read and folded", "count", "pairwise matrix"), seconds, (1, 0.15, 0.25), strict=True):
        print(f"{what:<24} {took:8.3f} s   (at most {most})")


def growth(folder: Path, most: int) -> None:
    print("\nby distinct papers, nanoseconds of CPU each")
    print(f"{'distinct':>12} {'read':>8} {'count':>8} {'matrix':>8} {'all three':>12}")
    for exponent in range(4, most + 1):
        path = folder / "growth.blt"
        contest(path, lines(10**exponent, 0.5, 8, 0.5, exponent))
        seconds, profile = three(path)
        distinct = profile.rankings.shape[0]
        each = " ".join(f"{took / distinct * 1e9:8.0f}" for took in seconds)
        print(f"{distinct:12,} {each} {sum(seconds):10.3f} s", flush=True)
        del profile


def main() -> None:
    mirror = os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[2] / "shared" / "data")
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(mirror), help="the mirror of public files")
    parser.add_argument("--peers", metavar="PYTHON", default=sys.executable, help="the interpreter that has the peers")
    parser.add_argument("--every", metavar="N", type=int, default=1, help="of the wards only every Nth, and times scaled")
    parser.add_argument("--only", choices=("wards", "million", "growth"), help="one of the three parts")
    parser.add_argument("--ten-million", action="store_true", help="growth up to 10^7 distinct papers: some GB of memory, some minutes")
    parser.add_argument("--work", metavar="NAME", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work(asked.work, wards(asked.folder, asked.every))
        return
    if not wards(asked.folder, 1):
        parser.error(f"no stv/scotland/*.csv in {asked.folder}: give the folder of the mirror, or set HUSTINGS_MIRROR")
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {sys.version.split()[0]}, NumPy {metadata.version('numpy')}; seconds of CPU, medians\n")
    with tempfile.TemporaryDirectory() as folder:
        if asked.only in (None, "wards"):
            beside_peers(asked.folder, asked.peers, asked.every)
        if asked.only in (None, "million"):
            million(Path(folder))
        if asked.only in (None, "growth"):
            growth(Path(folder), 7 if asked.ten_million else 6)


if __name__ == "__main__":
    main()
