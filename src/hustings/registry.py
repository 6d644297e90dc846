"""Names in, entries out: a seam's registry gathers what decorators register in its folder and in other packages."""

import functools
import importlib
import inspect
import pkgutil
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from fractions import Fraction
from importlib.metadata import entry_points
from typing import Any, Literal, TypeVar

from hustings.docstrings import described, split
from hustings.errors import SettingError, UnknownName
from hustings.exact import exact

T = TypeVar("T")
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class Setting:
    """One setting of an entry: its name, what it is, the text that stands for its default, what it means.

    One that is one of several words, a `Literal`, is a `str` with `choices`.
    """

    name: str
    kind: Any
    default: str
    doc: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A registered name: the function or dataclass behind it and the source it rests on."""

    kind: str
    name: str
    cites: str
    make: Any
    traits: Mapping[str, Any]

    @property
    def doc(self) -> str:
        """The first paragraph of its docstring, on one line."""
        return " ".join((self.make.__doc__ or "").strip().split("\n\n")[0].split())

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The fields of its dataclass; a function has none."""
        if not is_dataclass(self.make):
            return ()
        hints, meanings = typing.get_type_hints(self.make), _meanings(self.make)
        found = []
        # Those that a seam's entries inherit, as charts do, come after their own.
        for field in sorted(fields(self.make), key=lambda field: bool(field.kw_only)):
            default = "" if field.default is MISSING else spell(field.default)
            hint, doc = hints[field.name], meanings.get(field.name, "")
            choices = typing.get_args(hint) if typing.get_origin(hint) is Literal else ()
            found.append(Setting(field.name, str if choices else hint, default, doc, choices))
        return tuple(found)


def _meanings(make: Any) -> dict[str, str]:
    """What the docstrings of a dataclass, and of those that it extends, say of each field."""
    docs = [split(inspect.cleandoc(kind.__doc__ or ""))[1] for kind in reversed(make.__mro__) if is_dataclass(kind)]
    return {name: text for sections in docs for name, text in described(sections.get("Attributes", [])).items()}


def _check_choices(entry: Entry) -> None:
    """Have a dataclass refuse what the `Literal` of a field does not list, whoever builds it."""
    build, known = entry.make.__init__, entry.settings
    names = [setting.name for setting in known]
    choices = {setting.name: setting.choices for setting in known if setting.choices}

    @functools.wraps(build)
    def checked(self: Any, *values: Any, **settings: Any) -> None:
        for name, value in (*zip(names, values, strict=False), *settings.items()):
            if name in choices and value not in choices[name]:
                raise SettingError(f"{entry.name}: {name}={value} is not one of {', '.join(choices[name])}")
        build(self, *values, **settings)

    if choices:
        entry.make.__init__ = checked


def canonical(name: str) -> str:
    """Underscores and hyphens are the same; case does not count."""
    return name.strip().lower().replace("_", "-")


class Registry:
    """The entries of one seam, gathered from `package` and from the entry points of other packages on first use."""

    def __init__(self, kind: str, package: str) -> None:
        self.kind, self.package = kind, package
        self._entries: dict[str, Entry] = {}
        self._gathered = False

    def __call__(self, name: str, *, cites: str, **traits: Any) -> Callable[[T], T]:
        """Register what is decorated under `name`, with the source that it rests on."""

        def join(make: T) -> T:
            if name in self._entries and self._entries[name].make.__module__ != getattr(make, "__module__", ""):
                raise SettingError(f"two {self.kind}s are called '{name}'; rename one")
            entry = Entry(self.kind, name, cites, make, traits)
            self._entries[name] = entry
            if is_dataclass(make):
                _check_choices(entry)
            make.__entry__ = entry  # type: ignore[attr-defined]  # the entry travels with what it describes
            return make

        return join

    def _gather(self) -> dict[str, Entry]:
        if not self._gathered:
            self._gathered = True
            for module in pkgutil.iter_modules(sys.modules[self.package].__path__):
                importlib.import_module(f"{self.package}.{module.name}")
            for point in entry_points(group=f"hustings.{self.kind}"):
                point.load()
        return self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._gather()))

    def __len__(self) -> int:
        return len(self._gather())

    def __contains__(self, name: str) -> bool:
        return canonical(name) in self._gather()

    def entry(self, name: str) -> Entry:
        """The entry of that name, or UnknownName with the nearest ones."""
        entries = self._gather()
        try:
            return entries[canonical(name)]
        except KeyError:
            meant = [
                f"{entry.name}:{setting}={canonical(name)}"
                for entry in entries.values()
                for setting, values in entry.traits.get("values", {}).items()
                if canonical(name) in values
            ]
            raise UnknownName(self.kind, name, entries, meant=meant) from None

    def __getitem__(self, name: str) -> Any:
        return self.entry(name).make

    def parse(self, text: str) -> Any:
        """Make an entry from `NAME` or `NAME:key=value,key=value`; values are read by the types of its fields, several by `+`.

        The path of a file whose name ends as an entry's trait `suffix` says is that entry's one setting.
        """
        name, _, rest = text.partition(":")
        reads = [entry for entry in self._gather().values() if text.endswith(entry.traits.get("suffix", "\0"))]
        if reads and name not in self:
            return reads[0].make(text)
        entry = self.entry(name)
        if not is_dataclass(entry.make):
            if rest:
                raise SettingError(f"{self.kind} '{entry.name}' has no settings; write {entry.name}")
            return entry.make
        make: Any = entry.make
        return make(**_settings(entry, rest))


def _settings(entry: Entry, text: str) -> dict[str, Any]:
    known = {canonical(setting.name): setting for setting in entry.settings}
    # A mapping takes every key that is not a setting: uniform-swing:lab=-0.03,con=+0.03.
    mapping = next((s for s in known.values() if typing.get_origin(s.kind) is Mapping), None)
    values: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise SettingError(f"'{part}' in '{entry.name}:{text}' is not key=value")
        if canonical(key) in known:
            setting = known[canonical(key)]
            values[setting.name] = _read(value, setting, entry)
        elif mapping:
            values.setdefault(mapping.name, {})[key] = exact(value)
        else:
            raise UnknownName(f"setting of {entry.name}", key, known)
    return values


def _read(value: str, setting: Setting, entry: Entry) -> Any:
    try:
        if setting.kind is bool:
            return YES[value.lower()]
        if typing.get_origin(setting.kind) is tuple:
            return tuple(filter(None, (item.strip() for item in value.split("+"))))
        return exact(value) if setting.kind is Fraction else setting.kind(value)
    except (ValueError, KeyError, TypeError):
        kind = getattr(setting.kind, "__name__", setting.kind)
        raise SettingError(f"{setting.name} of {entry.name} takes a value of kind {kind}, not '{value}'") from None


def spell(value: Any) -> str:
    """Write a setting as `parse` would read it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ",".join(f"{key}={spell(item)}" for key, item in value.items())
    if isinstance(value, Fraction):
        decimals = f"{float(value):.10g}"
        return decimals if Fraction(decimals) == value else str(value)
    return "+".join(map(spell, value)) if isinstance(value, tuple) else str(value)


def settings_of(thing: Any) -> dict[str, str]:
    """All settings of a configured entry, spelled."""
    return {field.name: spell(getattr(thing, field.name)) for field in fields(thing)} if is_dataclass(thing) else {}


def describe(thing: Any) -> str:
    """The text that makes this entry again: its name, and the settings that differ from their defaults."""
    entry: Entry = thing.__entry__
    defaults = {setting.name: setting.default for setting in entry.settings}
    # A mapping is written as it is read: its keys stand among the settings.
    mappings = {setting.name for setting in entry.settings if typing.get_origin(setting.kind) is Mapping}
    settings = settings_of(thing).items()
    changed = [value if key in mappings else f"{key}={value}" for key, value in settings if value != defaults[key]]
    return f"{entry.name}:{','.join(changed)}" if changed else entry.name
