"""A query string in, what a visitor asks for out; its one address, and the command and the Python that give the same result.

Text alone: what an election, a scenario or a system is, a worker knows.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl, quote

from hustings.errors import SettingError

SEED = 1832
"""Draws what the rules leave to chance, and a projection's errors: the same address, the same result."""
DRAWS, FEW = 10_000, 100
"""Draws of a projection: where seats follow from the votes at once, and where papers are counted too."""
UNIFORM = "uniform-swing"
NORTHERN_IRELAND = "Northern Ireland"
MOST_SYSTEMS, MOST_SCENARIOS, MOST_CELLS, LONGEST = 6, 8, 100, 4000
TEXT = re.compile(r"[^\x00-\x1f\x7f]{0,400}")
CELL = re.compile(r"[^-.,:=]{1,40}-[^-.,:=]{1,40}\.[^-.,:=]{1,40}\.[^-.,:=]{1,40}")
SAFE = "/,:.=-_~"

Figures = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class State:
    """What the page shows; whatever is not said is as in the election itself.

    Attributes
    ----------
    election : SERIES/EDITION.
    also : scenarios that come before all others, as the command line writes them.
    to : party, or NATION.party → share of the vote to come to [per cent], in the order of their names.
    swing : the model by which districts follow.
    turnout : a region, a nation or a party, and its votes as per cent of what they were: `London=110`.
    pact : partners, `lab+ld+green`, or a pact of the facts by its name; `follow` is its `transfer`.
    tactical : a model of tactical voting, and `rate`, a factor on the matrix's rates.
    matrix : cell of the matrix, CONTEST.THIRD.TO → of so many of the third party's voters it is true instead [per cent].
    system : systems as the command line writes them.
    shown : which of them the map, the house and the table show, from 0.
    coalition : parties counted together.
    project : how many elections are drawn around this one.
    """

    election: str = "uk-general/2010"
    also: tuple[str, ...] = ()
    to: Figures = ()
    swing: str = UNIFORM
    turnout: str = ""
    pact: str = ""
    follow: str = "estimated"
    tactical: str = ""
    rate: str = "1"
    matrix: Figures = ()
    system: tuple[str, ...] = ("fptp",)
    shown: int = 0
    coalition: tuple[str, ...] = ()
    project: int = 0

    def pairs(self) -> list[tuple[str, str]]:
        """What differs from the default, by name, in a fixed order."""
        pairs: list[tuple[str, str]] = []
        default = State()
        for name in KEPT:
            value = getattr(self, name)
            if value == getattr(default, name):
                continue
            if name in ("also", "system"):
                pairs += [(name, item) for item in value]
            elif name in ("to", "matrix"):
                pairs.append((name, ",".join(f"{key}={figure}" for key, figure in value)))
            elif name == "coalition":
                pairs.append((name, ",".join(value)))
            else:
                pairs.append((name, "yes" if (name, value) == ("project", DRAWS) else str(value)))
        return pairs

    def query(self) -> str:
        """The same as the canonical query string."""
        return "&".join(f"{name}={quote(value, safe=SAFE)}" for name, value in self.pairs())

    def address(self, page: str = "/") -> str:
        """The address of a page, or of a file to download, that shows this."""
        query = self.query()
        return f"{page}?{query}" if query else page

    def swings(self) -> list[str]:
        """The scenarios that bring the votes to `to`.

        Raises
        ------
        SettingError
            Figures of nations beside those of the whole, under a model that has no figures for both.
        """
        whole = [(key, figure) for key, figure in self.to if "." not in key]
        apart: dict[str, list[tuple[str, str]]] = {}
        for key, figure in self.to:
            nation, dot, party = key.rpartition(".")
            if dot:
                apart.setdefault(nation, []).append((party, figure))
        northern = apart.pop(NORTHERN_IRELAND, [])
        texts = []
        if apart and self.swing == UNIFORM:
            texts.append(_swing("regional-swing", [*whole, *((f"{nation}.{key}", f) for nation, named in apart.items() for key, f in named)]))
        elif apart and whole:
            raise SettingError(f"{self.swing} takes figures for Great Britain or for its nations, not both; clear one of them, or use {UNIFORM}")
        else:
            texts += [_swing(self.swing, named, nation) for nation, named in apart.items()]
            texts += [_swing(self.swing, whole)] if whole else []
        return [*texts, *([_swing(self.swing, northern, NORTHERN_IRELAND)] if northern else [])]

    def scenarios(self) -> tuple[str, ...]:
        """All scenarios in the order in which they are applied."""
        after = []
        if self.turnout:
            group, _, per_cent = self.turnout.rpartition("=")
            party = re.fullmatch(r"[a-z0-9-]+", group)
            by = "party" if party else "country" if group in NATIONS else "region"
            after.append(f"turnout:{'' if by == 'region' else f'by={by},'}{group}={_fraction(per_cent)}")
        if self.pact:
            follow = "" if self.follow == "estimated" else f",transfer={self.follow}"
            after.append(f"pact:{'members' if '+' in self.pact else 'file'}={self.pact}{follow}")
        if self.tactical:
            rate = [] if self.rate == "1" else [f"rate={self.rate}"]
            cells = [f"{cell}={_fraction(figure)}" for cell, figure in self.matrix]
            after.append(f"tactical:{','.join([f'model={self.tactical}', *rate, *cells])}")
        return (*self.also, *self.swings(), *after)

    def changes(self) -> str:
        """How the votes were changed, in words that fit a title; nothing where they are as they were."""
        told = [*self.also]
        told += [", ".join([*(f"{key.replace('.', ' ')} {figure}%" for key, figure in self.to), self.swing.replace("-", " ")])] if self.to else []
        told += [f"turnout of {self.turnout.replace('=', ' ')}%"] if self.turnout else []
        told += [f"pact {self.pact}"] if self.pact else []
        told += [f"tactical voting {self.tactical}{'' if self.rate == '1' else f' × {self.rate}'}"] if self.tactical else []
        return "; ".join(told)

    def command(self) -> str:
        """The line that prints this result."""
        words = ["hustings", "compare", self.election]
        words += [word for item in self.scenarios() for word in ("--scenario", item)]
        words += [word for item in self.system for word in ("--system", item)]
        return shlex.join([*words, "--seed", str(SEED)])

    def projected(self) -> str:
        """The swing around whose result a projection draws.

        Raises
        ------
        SettingError
            The scenario is more than a swing, and a projection draws the votes of one.
        """
        swings = self.swings()
        if len(swings) > 1 or self.turnout or self.pact or self.tactical:
            raise SettingError(
                "a projection draws votes around one swing: take off turnout, pact and tactical voting, and leave Northern Ireland as it is"
            )
        return swings[0] if swings else self.swing

    def project_command(self, draws: int) -> str:
        """The line that prints the projection."""
        words = ["hustings", "project", self.election, "--swing", self.projected()]
        words += [word for item in self.also for word in ("--scenario", item)]
        words += [word for item in self.system for word in ("--system", item)]
        words += ["--coalition", "+".join(self.coalition)] if self.coalition else []
        return shlex.join([*words, "--draws", str(draws), "--seed", str(SEED)])

    def python(self) -> str:
        """The Python that prints this result."""
        lines = ["import hustings as hs", "from hustings.lots import Seeded", "", f'election = hs.load("{self.election}")']
        lines += [f"election = election.given(hs.scenario.parse({_quoted(item)}))" for item in self.scenarios()]
        systems = ", ".join(map(_quoted, self.system))
        return "\n".join([*lines, f"print(hs.compare(election, [{systems}], lots=Seeded({SEED})))"])

    def project_python(self, draws: int) -> str:
        """The Python that makes the projection, under the first system."""
        lines = ["import hustings as hs", "", f'election = hs.load("{self.election}")']
        lines += [f"election = election.given(hs.scenario.parse({_quoted(item)}))" for item in self.also]
        made = f"hs.scenario.parse({_quoted(self.projected())}), hs.system.parse({_quoted(self.system[0])})"
        return "\n".join([*lines, f"projection = hs.project(election, {made}, draws={draws}, rng={SEED})", "print(projection.mean)"])


NATIONS = ("England", "Scotland", "Wales", NORTHERN_IRELAND)
KEPT = tuple(item.name for item in fields(State))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _swing(model: str, named: Sequence[tuple[str, str]], area: str = "") -> str:
    where = f",area={area}" if area else ""
    return f"{model}:to=true{where},{','.join(f'{key}={_fraction(figure)}' for key, figure in named)}"


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.strip().rstrip("%").replace(",", "."))
    except InvalidOperation:
        raise SettingError(f"'{text}' is not a number; write per cent, such as 36.1") from None
    if not value.is_finite() or not -1000 <= value <= 1000 or -value.as_tuple().exponent > 6:  # type: ignore[operator]  # finite: a number
        raise SettingError(f"'{text}' is out of range; write per cent, such as 36.1")
    return value.normalize() + 0


def _plain(text: str) -> str:
    """A number as it is written shortest: 36.10 is 36.1."""
    return f"{_number(text):f}"


def _fraction(per_cent: str) -> str:
    return f"{(_number(per_cent) / 100).normalize():f}"


def read(query: str) -> State:
    """What a query asks for, be it an address of ours or what the form sends.

    The form sends a share as `to.PLACE.party`, a partner of a pact as `partner`, a party of a coalition as `together`, a system's
    setting as `set.SYSTEM.key`, and a cell of the matrix as `matrix.CONTEST.THIRD.TO`; a field left empty is not asked for.

    Raises
    ------
    SettingError
        It asks for what there is no such thing as, or for too much.
    """
    if len(query) > 4 * LONGEST:
        raise SettingError("the address is too long to be one of this page")
    pairs = [(name, value.strip()) for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=400)]
    for name, value in pairs:
        if not TEXT.fullmatch(name) or not (name in ("also", "matrix") or TEXT.fullmatch(value)):
            raise SettingError(f"{name[:40]}: a value is one line of at most 400 characters")
    one = {name: value for name, value in pairs if value}
    unknown = {name for name in one if name not in {*KEPT, *FORM} and not name.startswith(("to.", "set.", "matrix."))}
    if unknown:
        raise SettingError(f"this page knows no '{min(unknown)}'; it knows {', '.join(KEPT)}")
    partners = [value for name, value in pairs if name == "partner" and value]
    if partners and one.get("pact"):
        raise SettingError("a pact is of the partners that are ticked, or one of the past, not both; clear one of them")
    group, per_cent = one.get("who", ""), one.get("votes", "")
    turnout = one.get("turnout", "") or (f"{group}={per_cent}" if group and per_cent else "")
    state = State(
        election=one.get("election", State.election),
        also=tuple(line.strip() for name, value in pairs if name == "also" for line in value.splitlines() if line.strip()),
        to=tuple(sorted(_figures("to", pairs, _share).items(), key=lambda pair: ("." in pair[0], pair[0]))),
        swing=one.get("swing", UNIFORM),
        turnout=_turnout(turnout) if turnout else "",
        pact="+".join(partners) if len(partners) > 1 else one.get("pact", ""),
        follow=one.get("follow", "estimated"),
        tactical=one.get("tactical", ""),
        rate=_plain(one.get("rate", "1")),
        matrix=tuple(sorted(_figures("matrix", pairs, _cell).items())),
        system=_systems(pairs),
        shown=_index(one.get("shown", "0")),
        coalition=tuple(sorted({*one.get("coalition", "").split(","), *(value for name, value in pairs if name == "together")} - {""})),
        project=_draws(one.get("project", "")),
    )
    if len(state.system) > MOST_SYSTEMS or len(state.also) > MOST_SCENARIOS:
        raise SettingError(f"at most {MOST_SYSTEMS} systems stand side by side, and {MOST_SCENARIOS} scenarios one after another")
    if len(state.matrix) > MOST_CELLS:
        raise SettingError(f"{len(state.matrix)} cells of the matrix are changed; at most {MOST_CELLS} can be, more by tactical:matrix=FILE")
    # What says nothing without another is not kept: one result, one address.
    return replace(
        state,
        shown=min(state.shown, len(state.system) - 1),
        follow=state.follow if state.pact else "estimated",
        rate=state.rate if state.tactical else "1",
        matrix=state.matrix if state.tactical else (),
    )


FORM = ("partner", "who", "votes", "together", "add")


def _index(text: str) -> int:
    if not re.fullmatch(r"\d{1,2}", text):
        raise SettingError(f"shown={text} is the number of a system, from 0")
    return int(text)


def _turnout(text: str) -> str:
    group, equals, per_cent = text.rpartition("=")
    if not equals or not group or re.search(r"[,:=]", group):
        raise SettingError(f"turnout={text}: write a region, a nation or a party and per cent of its votes, London=110")
    if _plain(per_cent) == "100":
        return ""
    return f"{group}={_plain(per_cent)}"


def _draws(text: str) -> int:
    if text in ("", "no", "0"):
        return 0
    if text in ("yes", str(DRAWS)):
        return DRAWS
    if text == str(FEW):
        return FEW
    raise SettingError(f"project={text}: a page draws {DRAWS} elections (yes) or {FEW}; any number by hustings project")


EXAMPLES = {"to": "con=36.1", "matrix": "con-lab.ld.lab=30"}


def _figures(field: str, pairs: Iterable[tuple[str, str]], checked: Callable[[str, str], tuple[str, str]]) -> dict[str, str]:
    """Figures by key, from `field` (KEY=FIGURE,…) and from the form's fields (`field.KEY`)."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name == field:
            for part in filter(None, value.split(",")):
                key, equals, figure = (piece.strip() for piece in part.partition("="))
                if not equals:
                    raise SettingError(f"{field}={part}: write {'PARTY' if field == 'to' else 'CELL'}=PER CENT, such as {EXAMPLES[field]}")
                found |= [checked(key, figure)]
        elif name.startswith(f"{field}.") and value:
            found |= [checked(name[len(field) + 1 :], value)]
    return found


def _share(key: str, figure: str) -> tuple[str, str]:
    if not 0 <= _number(figure) <= 100:
        raise SettingError(f"{key}={figure}: a share of the vote is from 0 to 100 per cent")
    if not re.fullmatch(r"[^,=:]+", key):
        raise SettingError(f"'{key}' is no name of a party")
    return key, _plain(figure)


def _cell(key: str, figure: str) -> tuple[str, str]:
    if not 0 <= _number(figure) <= 100:
        raise SettingError(f"{key}={figure}: of a party's voters 0 to 100 per cent move")
    if not CELL.fullmatch(key):
        raise SettingError(f"'{key[:80]}' is no cell of the matrix; write CONTEST.THIRD.TO, such as {EXAMPLES['matrix']}")
    contest, _, rest = key.partition(".")
    return f"{'-'.join(sorted(contest.split('-')))}.{rest}", _plain(figure)


def _systems(pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The systems asked for, each once, with the settings that the form has beside them."""
    asked = [value for name, value in pairs if name in ("system", "add") and value]
    found = []
    for text in asked:
        own = {name[len(f"set.{text}.") :]: value for name, value in pairs if name.startswith(f"set.{text}.")}
        found.append(_with(text, own))
    return tuple(dict.fromkeys(found)) or ("fptp",)


def _with(text: str, own: dict[str, str]) -> str:
    """A system whose settings are those of a form; a field left empty is the default's."""
    if not own:
        return text
    name, _, rest = text.partition(":")
    settings = dict(part.partition("=")[::2] for part in filter(None, rest.split(",")))
    settings = {key: value for key, value in settings.items() if key not in own} | {key: value for key, value in own.items() if value}
    for key, value in settings.items():
        if re.search(r"[,=]", value):
            raise SettingError(f"{key} of {name}: a value has no comma and no '='")
    return f"{name}:{','.join(f'{key}={value}' for key, value in sorted(settings.items()))}" if settings else name
