"""Apportionments at once and one by one, and tables that meet two margins; beside the peers that are installed, in one run.

    pip install apportionpy==0.3.1 biprop==1.0.4 votelib==0.4.0

Ratios are theirs over ours. `--million` compares a million generated cases of the batch with the exact one, ties included.
"""

import contextlib
import io
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np

from hustings.apportionment import apportion
from hustings.apportionment_batch import apportion_many
from hustings.biproportional import biproportional
from hustings.divisors import DIVISORS, QUOTAS
from hustings.errors import SettingError
from hustings.lots import Lot, Seeded

ROWS, PARTIES, SEATS, RUNS = 10_000, 10, 650, 15
DISTRICTS, LISTS, TABLES = 12, 8, 20


def seconds(run: Callable[[], object], runs: int = RUNS) -> float:
    """Seconds of wall time, median of several runs."""

    def once() -> float:
        begun = time.perf_counter()
        run()
        return time.perf_counter() - begun

    once()
    return statistics.median(once() for _ in range(runs))


def estimate(votes: np.ndarray) -> np.ndarray:
    """What floats alone give: D'Hondt by one divisor, then the seats that are missing; no tie is seen, nothing is proven."""
    columns = votes.T.astype(np.float64)
    divisor = columns.sum(axis=0) / (SEATS + PARTIES / 2)
    won = np.floor(columns / divisor)
    while (lacking := SEATS - won.sum(axis=0)).any():
        won += (columns / (won + 1) == (columns / (won + 1)).max(axis=0)) & (lacking > 0)
        last = np.where(won > 0, columns / np.maximum(won, 1), np.inf)
        won -= (last == last.min(axis=0)) & (lacking < 0)
    return won.T


def line(what: str, ours: float, theirs: float | None = None) -> None:
    ratio = f"   {theirs / ours:9.1f} times ours" if theirs is not None else ""
    print(f"{what:<68} {(ours if theirs is None else theirs) * 1e3:12.2f} ms{ratio}")


def at_once(rng: np.random.Generator) -> None:
    votes = (rng.dirichlet(np.ones(PARTIES), size=ROWS) * 3e7).astype(np.int64) + 1
    rows, few = votes.tolist(), votes[:100].tolist()
    print(f"{ROWS:,} apportionments of {SEATS} seats among {PARTIES} parties, D'Hondt")
    ours = seconds(lambda: apportion_many(votes, SEATS))
    line("hustings, exact, ties found", ours)
    line("floats alone: no ties, no proof", ours, seconds(lambda: estimate(votes)))
    if find_spec("apportionpy"):
        from apportionpy.methods.jefferson import calculate_jefferson

        line("apportionpy, floats", ours, seconds(lambda: [calculate_jefferson(SEATS, row) for row in rows], 3))
    if find_spec("biprop"):
        import biprop

        elections = [biprop.Election(row.reshape(-1, 1)) for row in votes[:1000]]
        each = seconds(lambda: [one.upper_apportionment(SEATS, rounding_method=np.floor) for one in elections], 3) / len(elections)
        line("biprop, floats (1,000 of them, times ten)", ours, each * ROWS)
    if find_spec("votelib"):
        from votelib.evaluate.proportional import HighestAverages

        method, polls = HighestAverages("d_hondt"), [dict(enumerate(row)) for row in few]
        line("votelib, exact (100 of them, times a hundred)", ours, seconds(lambda: [method.evaluate(poll, SEATS) for poll in polls], 3) * 100)
    print("\nthe same by every method, hustings")
    for name in (*DIVISORS, *QUOTAS):
        how = name if "imperiali-quota" not in name else f"{name}:excess=hare"
        line(f"  {how}", seconds(lambda how=how: apportion_many(votes, SEATS, how), 7))
    line("  with seats held", seconds(lambda: apportion_many(votes, SEATS, held=rng.integers(0, 40, size=votes.shape)), 7))
    level = rng.integers(1, 30, size=votes.shape)
    tied = apportion_many(level, 40)[1].any(axis=1).mean()
    line(f"  40 seats, tied in {tied:.0%} of the rows", seconds(lambda: apportion_many(level, 40), 7))
    line("  one by one, every seat in order (100 of them, times a hundred)", seconds(lambda: [apportion(row, SEATS) for row in few], 3) * 100)


def cases(rng: np.random.Generator) -> list[tuple[np.ndarray, list[int]]]:
    """Tables as cantons have them: parties of unequal strength, districts of unequal size and leaning."""
    found = []
    for _ in range(TABLES):
        districts, strength = rng.integers(4, 20, size=DISTRICTS), rng.dirichlet(np.ones(LISTS))
        votes = np.array([rng.multinomial(int(seats) * 9_000, rng.dirichlet(strength * 12 + 0.05)) for seats in districts])
        found.append((votes, districts.tolist()))
    return found


def tables(rng: np.random.Generator) -> None:
    print(f"\n{TABLES} tables of {DISTRICTS} districts and {LISTS} parties, Sainte-Laguë, both margins met")
    polls = cases(rng)
    ours = [seconds(lambda case=case: biproportional(case[0], case[1], lots=Seeded(1)), 7) for case in polls]
    line("hustings, with exact proof: median", statistics.median(ours))
    line("hustings: worst", max(ours))
    level = np.full((DISTRICTS, LISTS), 1000)
    line("hustings, every cell level: 20 lots and more", seconds(lambda: biproportional(level, [10] * DISTRICTS, lots=Seeded(1)), 3))
    if not find_spec("biprop"):
        return
    import biprop

    theirs, failed = [], 0
    for votes, districts in polls:

        def run(votes: np.ndarray = votes, districts: Sequence[int] = districts) -> None:
            with contextlib.redirect_stdout(io.StringIO()):
                election = biprop.Election(votes.T)
                election.biproportional_apportionment(total_seats=sum(districts), party_seats=np.round, region_seats=np.array(districts))

        try:
            theirs.append(seconds(run, 3))
        except Exception as error:  # noqa: BLE001 — whatever a peer fails of
            failed += 1
            print(f"biprop fails: {type(error).__name__}")
    if theirs:
        line(f"biprop, floats: median{f' of those it solves, {failed} failed' if failed else ''}", statistics.median(ours), statistics.median(theirs))
        line("biprop: worst", max(ours), max(theirs))


def million(rng: np.random.Generator) -> None:
    """Batch and exact agree, row by row, seats and tied."""

    def first(where: str, rule: str, tied: Sequence[str]) -> Lot:
        return Lot(where, rule, tuple(tied), tied[0], "first")

    done = drawn = 0
    methods = [*DIVISORS, *QUOTAS, "modified-sainte-lague:first=1.2", "imperiali-quota:excess=subtract"]
    while done < 1_000_000:
        method = methods[rng.integers(len(methods))]
        votes = rng.integers(0, int(rng.choice([3, 10, 50, 1000, 10**6, 2**50])), size=(200, int(rng.integers(1, 9))))
        votes[:, 0] += 1
        seats = rng.integers(0, int(rng.choice([2, 8, 40])), size=len(votes))
        held = rng.integers(0, 6, size=votes.shape) if method.partition(":")[0] in DIVISORS and rng.random() < 0.4 else None
        rows, expected, tied = [], [], []
        for row in range(len(votes)):
            try:
                one = apportion(votes[row].tolist(), int(seats[row]), method, held=None if held is None else held[row].tolist(), lots=first)
            except SettingError:
                continue  # a quota that fills too many or too few says so
            rows.append(row)
            expected.append(one.seats)
            names = {int(name) for lot in one.lots for name in lot.tied}
            tied.append([party in names for party in range(votes.shape[1])])
        if not rows:
            continue
        won, mask = apportion_many(votes[rows], seats[rows], method, None if held is None else held[rows])
        assert won.tolist() == [list(one) for one in expected], method
        assert mask.tolist() == tied, method
        done += len(rows)
        drawn += sum(map(any, tied))
    print(f"{done:,} cases agree, {drawn:,} of them with a tie")


def main() -> None:
    rng = np.random.default_rng(1832)
    if "--million" in sys.argv:
        million(rng)
    else:
        at_once(rng)
        tables(rng)


if __name__ == "__main__":
    main()
