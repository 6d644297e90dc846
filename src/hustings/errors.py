"""What can go wrong, as one tree; every message says what, where, and what to do.

HustingsError
├── UnknownName      no entry, election, party or field is called so; carries the nearest names
│   └── NotHere      the catalogue knows it, and it has not been fetched; names the command that gets it
├── SettingError     an entry exists, and cannot be set like that
├── DataError        a file does not say what it must; carries file and line
├── Unsuitable       the election lacks what the system, scenario or method needs
├── TieUnresolved    the rule calls for a lot and none was supplied
└── AuditError       an account does not balance: a fault of ours
"""

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


class HustingsError(Exception):
    """Whatever Hustings refuses to do, with the reason in one line."""

    def __reduce__(self) -> tuple[Any, ...]:
        """An error comes back from another process with its text and its facts, whatever it was made from."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[HustingsError], args: tuple[Any, ...], facts: dict[str, Any]) -> HustingsError:
    """The same error in this process."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(facts)
    return error


MANY = 40
"""Names from which on an error does not list them."""


class UnknownName(HustingsError):
    """No `kind` is called `name`; `near` are the closest of the names there are, or what is `meant` by it; `listing` lists all of many."""

    def __init__(self, kind: str, name: str, known: Iterable[str], listing: str = "", meant: Sequence[str] = ()) -> None:
        names = sorted(known)
        self.kind, self.name = kind, name
        self.near = [*meant] or difflib.get_close_matches(name, names, n=3, cutoff=0.6)
        many = len(names) > MANY
        if self.near and (many or not all(name[:1].isdigit() for name in names)):
            remedy = f"did you mean {' or '.join(self.near)}?"
        elif many:
            remedy = f"there are {len(names):,}, such as {', '.join(difflib.get_close_matches(name, names, n=3, cutoff=0))}"
        else:
            remedy = f"there are: {', '.join(names)}"
        super().__init__(f"no {kind} is called '{name}'; {remedy}{f' ({listing} lists all)' if many and listing else ''}")


class NotHere(UnknownName):
    """`name` is in the catalogue and not on this machine; `pull` is what the command that gets it takes."""

    def __init__(self, name: str, pull: str) -> None:
        self.kind, self.name, self.near, self.pull = "election", name, [], pull
        HustingsError.__init__(self, f"{name} is not on this machine; get it with: hustings data pull {pull}")


class SettingError(HustingsError):
    """An entry cannot be set like that."""


class DataError(HustingsError):
    """`file` (at `line`, where known) does not say what it must."""

    def __init__(self, file: Path | str, what: str, line: int | None = None) -> None:
        self.file, self.line, self.what = str(file), line, what
        super().__init__(f"{self.file}{f':{line}' if line else ''}: {what}")


class Unsuitable(HustingsError):
    """The election lacks what the system, scenario or method needs."""


class TieUnresolved(HustingsError):
    """`rule` calls for a lot between `tied`, in `where`, and none was supplied."""

    def __init__(self, where: str, rule: str, tied: Sequence[str]) -> None:
        self.where, self.rule, self.tied = where, rule, tuple(tied)
        super().__init__(f"{where}: {' and '.join(tied)} are tied and {rule} calls for a lot; supply the decision, or a seed that draws it")


class AuditError(HustingsError):
    """An account does not balance: a fault of ours, to be reported."""
