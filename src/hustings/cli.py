"""The command line whole: its front page, every command, and an exit status for whatever goes wrong."""

import errno
import os
import pkgutil
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from hustings import commands
from hustings.commands import app, told
from hustings.errors import AuditError, HustingsError

FRONT_PAGE = """\
Hustings runs any election under any electoral system, exactly, and shows how.

Try:
  hustings compare uk-general/2010            one real election under five systems
  hustings project uk-general/2019            the next one, with its uncertainty (--to con=24,lab=35,ld=12,snp=3,…)
  hustings serve                              all of it in a browser, without code
  hustings catalogue                          every election, system, method, scenario, measure and chart

hustings COMMAND --help says what each takes.
"""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a full or broken disk answers to whoever writes to standard output."""

__all__ = ["app", "main"]

for module in pkgutil.iter_modules(commands.__path__):
    import_module(f"{commands.__name__}.{module.name}")


@app.callback(invoke_without_command=True)
def front_page(context: typer.Context, *, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Any election under any electoral system."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("hustings"))
    elif context.invoked_subcommand is None:
        typer.echo(FRONT_PAGE, nl=False)


def main() -> None:
    """Run the command line; a mistake of the user's is one line on standard error and status 2, a fault of ours 3."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.errno not in FULL:
            _fault(error)
        # What could not be written is thrown away, or Python tries once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        typer.echo(f"hustings: the output cannot be written ({error.strerror}); send it to another place", err=True)
        sys.exit(2)
    except AuditError as error:
        typer.echo(f"hustings: a fault of ours: {error}. Please report it with the command and the file.", err=True)
        sys.exit(3)
    except HustingsError as error:
        typer.echo(told(error), err=True)
        sys.exit(2)
    except Exception as error:  # the last line of defence: a traceback helps nobody who only types commands
        _fault(error)


def _fault(error: Exception) -> NoReturn:
    """Say what to report, and end with status 3."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    typer.echo(f"hustings: a fault of ours: {type(error).__name__}: {error} ({where}). Please report it with the command.", err=True)
    sys.exit(3)
