"""Ten thousand draws of 650 districts and eight parties, beside what a user of NumPy would write, in one run; figures are CPU time.

The script beside ours draws uniform swing with normal errors at three levels in float32 and takes the largest: no whole votes, no
ties, no party that did not stand, nothing closed to 1. Both give seats by party with quantiles, chances of most seats and of a
majority, and who wins each district how often. `--ranked` times AV and STV of 2019 as it was and of the same eight columns. `--long` times
growth with draws, and what a second process gains. What two processes take is told by the clock: it means something on an idle machine.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

import hustings as hs
from hustings.analysis.draws import calibrated
from hustings.counting import many
from hustings.election import Election, Tally
from hustings.work import Workers

DRAWS, PARTIES, RUNS = 10_000, 8, 7
SYSTEMS = ("fptp", "list-pr", "ams", "parallel", "mmp", "riksdag", "storting", "folketing", "althingi", "majority-bonus", "scorporo")


def eight() -> Election:
    """The election of 2019 with its eight largest columns, all of which stand everywhere: nothing can be left out."""
    ge = hs.load("uk-general", "2019")
    tally = ge.main.counted()
    columns = np.argsort(-tally.total)[:PARTIES]
    votes = np.maximum(tally.votes[:, columns], 100)
    parties = tuple(replace(tally.parties[column], lump=False) for column in columns)
    return ge.with_main(ge.main.recast(Tally(parties, votes, votes > 0)), "eight columns")


def plain(election: Election, draws: int) -> tuple[np.ndarray, ...]:
    """What a user of NumPy writes."""
    tally, errors = election.main.counted(), calibrated()
    rng = np.random.default_rng(1)
    base = (tally.votes / tally.valid[:, np.newaxis]).astype(np.float32)
    names, region = np.unique([district.region for district in election.main.districts], return_inverse=True)
    parties, seats, wins = base.shape[1], [], np.zeros(base.shape)
    for _ in range(0, draws, 500):
        shares = rng.standard_normal((500, *base.shape), dtype=np.float32)
        shares *= np.float32(errors.district)
        shares += base
        shares += rng.standard_normal((500, 1, parties), dtype=np.float32) * np.float32(errors.national)
        shares += (rng.standard_normal((500, len(names), parties), dtype=np.float32) * np.float32(errors.region))[:, region]
        winners = shares.argmax(axis=2)
        won = [winners == party for party in range(parties)]
        seats.append(np.stack([mine.sum(axis=1) for mine in won], axis=1))
        for party, mine in enumerate(won):
            wins[:, party] += mine.sum(axis=0)
    table = np.concatenate(seats)
    largest = (table == table.max(axis=1, keepdims=True)).mean(axis=0)
    return np.quantile(table, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0), largest, (2 * table > len(base)).mean(axis=0), wins / draws


def ours(election: Election, name: str, draws: int, workers: int = 1) -> None:
    """The same by the package."""
    swing = hs.scenario["uniform-swing"]()
    found = hs.project(election, swing, hs.system[name](), draws=draws, rng=1, workers=Workers(workers))
    _ = found.quantiles(), found.largest, found.majority, found.wins


def seconds(run: Callable[[], object], clock: Callable[[], float] = time.process_time, runs: int = RUNS) -> float:
    """Median of several runs."""

    def once() -> float:
        begun = clock()
        run()
        return clock() - begun

    once()
    return statistics.median(once() for _ in range(runs))


def ranked() -> None:
    """AV and STV with the compiled loops and without: CPU time on one core, and two processes by the clock; lots included."""
    print("\nranked papers: seconds of CPU on one core (ten times a tenth), and by the clock with two processes")
    installed = many.find_spec
    for which, election in (("2019 as it was", hs.load("uk-general", "2019")), ("eight columns", eight())):
        for name, draws in (("av", DRAWS), ("stv", DRAWS // 10)):
            for kind in ("numba", "NumPy"):
                many.find_spec = installed if kind == "numba" else lambda _: None  # type: ignore[assignment]  # as if it were not there
                ours(election, name, 2)
                begun = time.process_time()
                ours(election, name, draws // 10)
                cpu, begun = time.process_time() - begun, time.perf_counter()
                ours(election, name, draws, 2)
                clock = time.perf_counter() - begun
                print(f"{which:<16} {name:<4} {kind:<6} {draws:>6,} draws {10 * cpu:7.1f} {clock:7.1f}", flush=True)
    many.find_spec = installed


def main() -> None:
    election = eight()
    baseline = seconds(lambda: plain(election, DRAWS))
    print(f"{DRAWS:,} draws of {len(election.main.districts)} districts and {PARTIES} parties, CPU seconds")
    print(f"{'plain NumPy, floats':<24} {baseline:6.3f}")
    first = 0.0
    for name in SYSTEMS:
        taken = seconds(lambda: ours(election, name, DRAWS))  # noqa: B023 — run at once
        first = first or taken
        print(f"{name:<24} {taken:6.3f}   {taken / baseline:5.2f} of plain NumPy   {taken / first:5.2f} of fptp")
    if "--ranked" in sys.argv[1:]:
        ranked()
    if "--long" in sys.argv[1:]:
        print("\ngrowth with draws, fptp, CPU seconds for ten thousand")
        for draws in (10_000, 40_000, 160_000):
            print(f"{draws:<24,} {seconds(lambda: ours(election, 'fptp', draws), runs=3) * 10_000 / draws:6.3f}")  # noqa: B023
        one, two = (seconds(lambda: ours(election, "ams", 100_000, number), time.perf_counter, 3) for number in (1, 2))  # noqa: B023
        print(f"\n100,000 draws under ams by the clock: {one:.2f} s, with two processes {two:.2f} s, {one / two:.2f} times as fast")


if __name__ == "__main__":
    main()
