"""The store and archives of papers: an election loaded, all imported, ten million papers folded (and a hundred with `--hundred`).

    python benchmarks/store.py                      load, import (with HUSTINGS_MIRROR), 10^7 papers
    python benchmarks/store.py --hundred            and 10^8 in one file of some 300 MB, made beside

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
from statistics import median


def make(path: Path, papers: int) -> None:
    """Papers of 10 contests, one after another, by a seed: 2,000 orders of 8 candidates, some likelier, each cut short anywhere."""
    import duckdb

    orders = random.Random(1832).sample(list(permutations(range(1, 9))), 2000)
    connection = duckdb.connect()
    connection.execute("SET threads = 1; SELECT setseed(0.1832)")
    connection.execute(f"CREATE TABLE orders (number INT, {', '.join(f'c{rank} TINYINT' for rank in range(1, 9))})")
    connection.execute(f"INSERT INTO orders VALUES {','.join(str((number, *order)) for number, order in enumerate(orders))}")
    ranks = ", ".join(f"CASE WHEN {rank} <= stop THEN c{rank} END AS rank{rank}" for rank in range(1, 9))
    drawn = f"(i * 10 // {papers})::TINYINT AS contest, floor(random() ** 3 * 2000)::INT AS number, 1 + floor(random() * 8)::INT AS stop"
    sql = f"SELECT contest, {ranks} FROM (SELECT {drawn} FROM range({papers}) t(i)) JOIN orders USING (number)"
    connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")


def read(path: Path) -> None:
    from hustings import load

    start, cpu = time.perf_counter(), time.process_time()
    election = load(path)
    profiles = [profile for contest in election.contests for profile in contest.profiles or ()]
    say(f"{sum(profile.cast for profile in profiles):,} papers, {sum(len(profile.papers) for profile in profiles):,} of them distinct", start, cpu)


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

    found = {}
    for edition in catalogue.series()["uk-general"].editions.values():
        if store.has(edition.series, edition.name):
            times = []
            for _ in range(7):
                start = time.perf_counter()
                load_election(edition.id)
                times.append(time.perf_counter() - start)
            found[edition.id] = median(times)
    worst = max(found, key=lambda name: found[name])
    print(f"load from the store, warm: median {median(found.values()) * 1e3:.1f} ms, worst {found[worst] * 1e3:.1f} ms ({worst})")


def say(what: str, start: float, cpu: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{what}: {time.perf_counter() - start:.2f} s, CPU {time.process_time() - cpu:.2f} s, {peak:.2f} GB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hundred", action="store_true", help="10^8 papers too")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--papers", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part == "make":
        make(arguments.file, arguments.papers)
        return
    if arguments.part:
        parts = {"read": read, "pull": pull, "load": load}
        parts[arguments.part](*([arguments.file] if arguments.file else []))
        return
    with tempfile.TemporaryDirectory() as place:
        environment = {**os.environ, "HUSTINGS_DATA": f"{place}/data"}

        def run(*words: str) -> None:
            subprocess.run([sys.executable, __file__, *words], check=True, env=environment)

        if "HUSTINGS_MIRROR" in os.environ:
            run("--part", "pull")
            run("--part", "load")
        for papers in (10**7, *([10**8] if arguments.hundred else [])):
            path = Path(place) / "papers.parquet"
            # Whoever is started inherits the most memory that whoever starts it ever held.
            run("--part", "make", "--file", str(path), "--papers", str(papers))
            print(f"{papers:,} papers, {path.stat().st_size / 1e6:.0f} MB of Parquet")
            run("--part", "read", "--file", str(path))


if __name__ == "__main__":
    main()
