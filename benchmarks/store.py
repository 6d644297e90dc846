"""The store and archives of papers: all elections imported, each loaded, ten million papers folded, or a hundred; an archive counted.

    python benchmarks/store.py                      load, import (with HUSTINGS_MIRROR), 10^7 papers
    python benchmarks/store.py --hundred            and 10^8 in one file of some 300 MB, made beside
    python benchmarks/store.py --archive            10^8 in 16 contests, in order and mixed, counted by one process and by two

Each figure is taken in a process of its own, so that memory is of that alone: seconds of wall time and of CPU, and the most
memory it held.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from itertools import permutations
from pathlib import Path


def make(path: Path, papers: int, contest: str) -> None:
    """Papers of contests by a seed: 2,000 orders of 8 candidates, some likelier, each cut short anywhere."""
    import duckdb

    orders = random.Random(1832).sample(list(permutations(range(1, 9))), 2000)
    connection = duckdb.connect()
    connection.execute("SET threads = 1; SELECT setseed(0.1832)")
    connection.execute(f"CREATE TABLE orders (number INT, {', '.join(f'c{rank} TINYINT' for rank in range(1, 9))})")
    connection.execute(f"INSERT INTO orders VALUES {','.join(str((number, *order)) for number, order in enumerate(orders))}")
    ranks = ", ".join(f"CASE WHEN {rank} <= stop THEN c{rank} END AS rank{rank}" for rank in range(1, 9))
    drawn = f"({contest})::TINYINT AS contest, floor(random() ** 3 * 2000)::INT AS number, 1 + floor(random() * 8)::INT AS stop"
    sql = f"SELECT contest, {ranks} FROM (SELECT {drawn} FROM range({papers}) t(i)) JOIN orders USING (number)"
    connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")


def read(path: Path) -> None:
    from hustings import load

    start, cpu = time.perf_counter(), time.process_time()
    election = load(path)
    profiles = [profile for contest in election.contests for profile in contest.profiles or ()]
    say(f"{sum(profile.cast for profile in profiles):,} papers, {sum(len(profile.papers) for profile in profiles):,} of them distinct", start, cpu)


def scatter(path: Path, papers: int) -> None:
    """Papers of 16 contests in order, 8 of 12 candidates drawn for the ranks of each: nearly all are distinct."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 1; SELECT setseed(0.1832)")
    ranks = ", ".join(f"1 + floor(random() * 12)::TINYINT AS rank{rank}" for rank in range(1, 9))
    connection.execute(f"COPY (SELECT (i * 16 // {papers})::TINYINT AS contest, {ranks} FROM range({papers}) t(i)) TO '{path}' (FORMAT parquet)")


def count(path: Path, workers: int) -> None:
    """An archive; the way is the CPU that lies one after another, for less than which no quiet machine does it."""
    from hustings.analysis.archive import count_files
    from hustings.lots import Seeded
    from hustings.work import Workers

    start = time.perf_counter()
    (counted,) = count_files([path], lots=Seeded(1), workers=Workers(workers))
    assert counted.error is None
    here, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    theirs = others.ru_utime + others.ru_stime
    way, cpu = time.thread_time() + theirs / workers, here.ru_utime + here.ru_stime + theirs
    memory = f"{here.ru_maxrss / 2**20:.2f} GB{f', each worker up to {others.ru_maxrss / 2**20:.2f} GB' if workers > 1 else ''}"
    print(f"  --workers {workers}: {time.perf_counter() - start:.1f} s, CPU {cpu:.1f} s, way {way:.1f} s, {memory}")


def pull() -> None:
    from hustings import catalogue, sources

    start, cpu = time.perf_counter(), time.process_time()
    editions = catalogue.series()["uk-general"].editions.values()
    for edition in editions:
        sources.pull(edition.id)
    say(f"{len(editions)} editions of uk-general imported", start, cpu)


def load() -> None:
    from hustings import catalogue, store
    from hustings import load as load_election

    print("load from the store, the quickest of seven [ms]: wall, CPU")
    for edition in catalogue.series()["uk-general"].editions.values():
        if store.has(edition.series, edition.name):
            walls, cpus = [], []
            for _ in range(7):
                start, cpu = time.perf_counter(), time.process_time()
                load_election(edition.id)
                walls.append(time.perf_counter() - start)
                cpus.append(time.process_time() - cpu)
            print(f"  {edition.id}: {min(walls) * 1e3:.1f}, {min(cpus) * 1e3:.1f}")


def say(what: str, start: float, cpu: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{what}: {time.perf_counter() - start:.2f} s, CPU {time.process_time() - cpu:.2f} s, {peak:.2f} GB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hundred", action="store_true", help="10^8 papers too")
    parser.add_argument("--archive", action="store_true", help="the count of an archive instead")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--papers", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--contest", help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part == "make":
        make(arguments.file, arguments.papers, arguments.contest)
        return
    if arguments.part == "scatter":
        scatter(arguments.file, arguments.papers)
        return
    if arguments.part == "count":
        count(arguments.file, arguments.workers)
        return
    if arguments.part:
        if arguments.part == "read":
            read(arguments.file)
        else:
            {"pull": pull, "load": load}[arguments.part]()
        return
    with tempfile.TemporaryDirectory() as place:
        environment = {**os.environ, "HUSTINGS_DATA": f"{place}/data", "HUSTINGS_CACHE": f"{place}/cache"}

        def run(*words: str) -> None:
            subprocess.run([sys.executable, __file__, *words], check=True, env=environment)

        path = Path(place) / "papers.parquet"
        if arguments.archive:
            for what, *words in (
                ("10^8 papers, contests in order", "make", "--papers", str(10**8), "--contest", f"i * 16 // {10**8}"),
                ("10^8 papers, contests mixed", "make", "--papers", str(10**8), "--contest", "i % 16"),
                ("10^7 papers, nearly all distinct, contests in order", "scatter", "--papers", str(10**7)),
            ):
                run("--file", str(path), "--part", *words)
                print(f"{what}, {path.stat().st_size / 1e6:.0f} MB of Parquet", flush=True)
                for workers in ("1", "2") * 3:
                    run("--part", "count", "--file", str(path), "--workers", workers)
            return
        if "HUSTINGS_MIRROR" in os.environ:
            run("--part", "pull")
            run("--part", "load")
        for papers in (10**7, *([10**8] if arguments.hundred else [])):
            # Whoever is started inherits the most memory that whoever starts it ever held.
            run("--part", "make", "--file", str(path), "--papers", str(papers), "--contest", f"i * 10 // {papers}")
            print(f"{papers:,} papers, {path.stat().st_size / 1e6:.0f} MB of Parquet")
            run("--part", "read", "--file", str(path))


if __name__ == "__main__":
    main()
