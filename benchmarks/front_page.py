"""The figures that a newcomer feels: the first comparison, the systems within it, and `--help`; medians of whole processes."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

RUNS = 9


def wall(*command: str) -> float:
    """Seconds of wall time of a process, median of several runs."""

    def once() -> float:
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begun

    once()
    return statistics.median(once() for _ in range(RUNS))


def within(run: Callable[[], object]) -> float:
    """Seconds of wall time of a call, median of several runs."""

    def once() -> float:
        begun = time.perf_counter()
        run()
        return time.perf_counter() - begun

    return statistics.median(once() for _ in range(RUNS))


def main() -> None:
    import hustings as hs
    from hustings.analysis.compare import FRONT_PAGE

    bare = wall(sys.executable, "-c", "pass")
    print(f"hustings compare uk-general/2010, cold   {wall(sys.executable, '-m', 'hustings', 'compare', 'uk-general/2010'):6.3f} s   (at most 2)")
    print(f"hustings --help beyond a bare start      {wall(sys.executable, '-m', 'hustings', '--help') - bare:6.3f} s   (at most 0.15)")
    election = hs.load("uk-general", "2010")
    print(f"load uk-general/2010                     {within(lambda: hs.load('uk-general', '2010')):6.3f} s")
    each = {name: within(lambda name=name: election.under(hs.system[name]())) for name in FRONT_PAGE}
    for name, seconds in each.items():
        print(f"  {name:<38} {seconds:6.3f} s")
    print(f"five systems, rankings included          {sum(each.values()):6.3f} s   (at most 1)")


if __name__ == "__main__":
    main()
