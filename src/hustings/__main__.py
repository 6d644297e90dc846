"""`hustings` and `python -m hustings` are the command line, also for whoever stops it before it has begun."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while its modules are read ends it without a traceback, as it does later."""
    try:
        from hustings.cli import main as run  # noqa: PLC0415 — reading it takes time, in which it may be stopped

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
