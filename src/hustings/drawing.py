"""Marks, words, scales and the colours of parties in; an SVG picture with its title, description and source line out."""

import colorsys
import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape as escape_html
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hustings.election import Party
from hustings.errors import SettingError
from hustings.facts import fact
from hustings.outcome import Outcome
from hustings.systems import system

WIDTH, EDGE = 360.0, 12.0
"""Units across a picture and its margin: on a phone of 320 pixels the smallest text is nine pixels high."""
INNER = WIDTH - 2 * EDGE
TITLE, TEXT, SMALL = 15.0, 12.0, 10.5
# All of one width, by which texts are laid out without measuring them.
FONTS = '"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif'

# Class → property and its value on a light and on a dark ground.
GROUNDS = ("#ffffff", "#14171a")
THEME = {
    ".ground": ("fill", *GROUNDS),
    "text": ("fill", "#1a1d21", "#f1f3f5"),
    ".soft": ("fill", "#565c64", "#aab1b9"),
    ".mute": ("fill", "#767c84", "#8b929a"),
    ".grid": ("stroke", "#d5d9de", "#3a4047"),
    ".edge": ("stroke", "#1a1d21", "#f1f3f5"),
    ".gap": ("stroke", *GROUNDS),
    ".halo": ("stroke", *GROUNDS),
}
STYLE = (
    f"{{font-family:{FONTS};font-size:{TEXT:g}px}}",
    f" .title{{font-size:{TITLE:g}px;font-weight:700}}",
    f" .small{{font-size:{SMALL:g}px}}",
    " .bold{font-weight:700}",
    " .halo{stroke-width:3px;paint-order:stroke}",
    *(f" .{kind}{{fill:none}}" for kind in ("grid", "edge", "gap", "line")),
)
# Stands for the picture's own id, which is known when all else is; no text of a user's can hold it.
ID = "\0"

Table = tuple[list[str], list[list[str]]]


class Sourced(Protocol):
    """What says where it comes from: outcomes and projections do."""

    @property
    def election(self) -> str: ...
    @property
    def assumed(self) -> tuple[str, ...]: ...
    @property
    def attribution(self) -> tuple[str, ...]: ...


class Draws(Sourced, Protocol):
    """What a chart of a projection needs: `swing` and `system` as they are written, `seats` of shape (draws, parties) [seats]."""

    @property
    def swing(self) -> str: ...
    @property
    def system(self) -> str: ...
    @property
    def parties(self) -> Sequence[Party]: ...
    @property
    def house(self) -> int: ...
    @property
    def seats(self) -> NDArray[Any]: ...


@dataclass(frozen=True, kw_only=True)
class Look:
    """The settings that all charts have; a chart's class extends this one.

    Attributes
    ----------
    width : pixels across where there is room.
    dark, light : one ground whatever the reader prefers.
    title : instead of the chart's own.
    """

    width: int = 480
    dark: bool = False
    light: bool = False
    title: str = ""


def escape(text: str) -> str:
    """Text as XML has it; characters that XML cannot hold are dropped."""
    return escape_html(re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text))


def num(value: float) -> str:
    """A coordinate, to a tenth of a unit."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _element(name: str, kind: str, content: str = "", **attributes: float | str) -> str:
    pairs = {"class": kind, **attributes}
    written = "".join(f' {key.replace("_", "-")}="{value if isinstance(value, str) else num(value)}"' for key, value in pairs.items() if value != "")
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _named(title: str) -> str:
    return f"<title>{escape(title)}</title>" if title else ""


def words(x: float, y: float, text: str, kind: str = "", anchor: str = "") -> str:
    """Text whose base line is at y; `anchor` is middle or end."""
    return _element("text", kind, escape(text) or " ", x=x, y=y, text_anchor=anchor)


def rect(x: float, y: float, width: float, height: float, kind: str, *, title: str = "", **more: float | str) -> str:
    """A rectangle."""
    return _element("rect", kind, _named(title), x=x, y=y, width=width, height=height, **more)


def circle(x: float, y: float, radius: float, kind: str, *, title: str = "", **more: float | str) -> str:
    """A circle."""
    return _element("circle", kind, _named(title), cx=x, cy=y, r=radius, **more)


def path(steps: str, kind: str, *, title: str = "", **more: float | str) -> str:
    """A path, given as SVG has it."""
    return _element("path", kind, _named(title), d=steps, **more)


def line(x: float, y: float, to_x: float, to_y: float, kind: str = "grid", *, stroke_width: float = 1.0, stroke_dasharray: str = "") -> str:
    """A straight line."""
    return path(f"M{num(x)} {num(y)}L{num(to_x)} {num(to_y)}", kind, stroke_width=stroke_width, stroke_dasharray=stroke_dasharray)


def group(content: str, kind: str = "", *, title: str = "", **more: float | str) -> str:
    """Several marks as one."""
    return _element("g", kind, _named(title) + content, **more) if content else ""


def width_of(text: str, size: float = TEXT) -> float:
    """How wide a text is, about, in any sans-serif."""
    return sum(map(_wide, text)) * size


@lru_cache(maxsize=1024)
def _wide(letter: str) -> float:
    """How wide a letter is in units of the size."""
    if unicodedata.combining(letter):
        return 0.0
    wide = unicodedata.east_asian_width(letter) in "WF"
    return 1.0 if wide else 0.32 if letter in "fijlrtI.,:;'|!()[] -/" else 0.9 if letter in "mwMW@%—…" else 0.71 if letter.isupper() else 0.57


def clip(text: str, width: float, size: float = TEXT) -> str:
    """As much of a text as fits, with an ellipsis where some is cut."""
    if width_of(text, size) <= width:
        return text
    while text and width_of(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrap(text: str, width: float = INNER, size: float = TEXT) -> list[str]:
    """A text in lines that fit; a word that does not is cut."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width_of(longer, size) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [clip(text, width, size) for text in lines]


def paragraph(text: str, y: float, kind: str = "", size: float = TEXT) -> tuple[str, float]:
    """A text in lines, the first at y; and how high they stand."""
    lines = wrap(text, size=size)
    return "".join(words(EDGE, y + number * size * 1.3, text, kind) for number, text in enumerate(lines)), len(lines) * size * 1.3


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from `low` to `high`, at most so many."""
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * factor for factor in (1, 2, 5, 10, 20) if span / (power * factor) < most)
    return [round(number * step, 9) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


@dataclass(frozen=True)
class Scale:
    """A straight scale: values from `low` to `high` stand from `start` to `end`."""

    low: float
    high: float
    start: float = EDGE
    end: float = WIDTH - EDGE

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / ((self.high - self.low) or 1) * (self.end - self.start)

    def axis(self, top: float, bottom: float, written: str = "{:g}", most: int = 6) -> str:
        """Grid lines from top to bottom with their values below."""
        at = ticks(self.low, self.high, most)
        grid = "".join(line(self(value), top, self(value), bottom) for value in at)
        last = len(at) - 1
        labels = ""
        for number, value in enumerate(at):
            text, x = written.format(value).lstrip("+" if not value else ""), self(value)
            half = width_of(text, SMALL) / 2
            anchor = "end" if number == last and x + half > WIDTH - 4 else "" if x - half < 4 else "middle"
            labels += words(x, bottom + 13, text, "small soft", anchor)
        return grid + labels


def luminance(colour: str) -> float:
    """Relative luminance [0–1] as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours [1–21] as WCAG 2.2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on the colour; always 4.5:1 or more."""
    return max("#ffffff", "#000000", key=lambda ink: contrast(ink, colour))


TONES = 24


@cache
def _tone(number: int) -> tuple[str, str]:
    """One of the colours for parties that have none: twelve hues, deep and light, as they stand on a light and on a dark ground."""
    deep = number < TONES // 2

    def of(wanted: float) -> str:
        low, high, colour = 0.0, 1.0, ""
        for _ in range(20):
            middle = (low + high) / 2
            colour = "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(number / 12 % 1, middle, 0.6))
            low, high = (middle, high) if luminance(colour) < wanted else (low, middle)
        return colour

    return of(0.13 if deep else 0.27), of(0.24 if deep else 0.5)


def _key(name: str) -> str:
    """By what a party is known whatever a file calls it: 'Labour Party' and 'labour' are the same, so are 'Greens' and 'Green'."""
    return name.strip().casefold().removesuffix(" party").removesuffix("s")


@cache
def _known() -> dict[str, str]:
    parties = fact("parties")
    names = {_key(name): id_ for id_, known in parties.items() for name in (known["name"], known["short"])}
    return names | {_key(id_): id_ for id_ in parties}


@dataclass(frozen=True)
class Dress:
    """How a party is shown: the number in its CSS classes (f fills, s strokes, k writes on the fill), its letter, names and two colours."""

    number: int
    letter: str
    short: str
    name: str
    light: str
    dark: str

    @property
    def fill(self) -> str:
        """The class of its marks."""
        return f"f{self.number}"

    @property
    def key(self) -> str:
        """The class of what is written on its marks."""
        return f"k{self.number}"

    @property
    def stroke(self) -> str:
        """The class of its lines."""
        return f"s{self.number}"


def dressed(parties: Sequence[Party]) -> dict[str, Dress]:
    """Id → dress of parties, the largest first: each with a letter of its own, and a colour of its own that its id decides."""
    known = {party.id: _known().get(_key(party.id)) or _known().get(_key(party.name)) or ("other" if party.lump else "") for party in parties}
    tones: dict[str, int] = {}
    # In the order of ids, so that the order of parties changes no colour.
    for id_ in sorted(id_ for id_ in known if not known[id_]):
        tone = int.from_bytes(hashlib.sha256(id_.encode()).digest()[:4]) % TONES
        while tone in tones.values() and len(tones) < TONES:
            tone = (tone + 7) % TONES
        tones[id_] = tone
    found: dict[str, Dress] = {}
    free = list(dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz"))
    for number, party in enumerate(parties):
        about = fact("parties")[known[party.id]] if known[party.id] else {}
        name = party.name or about.get("name") or party.id
        short = about.get("short") or name
        letter = next((letter for letter in [*about.get("letter", ""), *short.upper(), *name.upper(), *free] if letter in free), "")
        if letter:
            free.remove(letter)
        light, dark = (about["colour"], about["dark"]) if about else _tone(tones[party.id])
        found[party.id] = Dress(number, letter, short, name, light, dark)
    return found


def swatch(dress: Dress, x: float, y: float) -> str:
    """A party's colour with its letter, 14 by 14."""
    return rect(x, y, 14, 14, dress.fill, rx=3) + words(x + 7, y + 10.8, dress.letter, f"small bold {dress.key}", "middle")


def legend(entries: Iterable[tuple[Dress, str]], y: float) -> tuple[str, float]:
    """A swatch with its letter and a label for each party, in rows from y; and how high they stand."""
    x, top, out = EDGE, y, ""
    for dress, label in entries:
        text = clip(label, INNER - 20)
        width = 19 + width_of(text)
        if x > EDGE and x + width > WIDTH - EDGE:
            x, y = EDGE, y + 19
        out += swatch(dress, x, y) + words(x + 19, y + 11.3, text)
        x += width + 14
    return out, y + 22 - top


def ranked(outcome: Outcome) -> list[int]:
    """Columns of the parties with seats, most seats first, then most votes."""
    votes = outcome.tally.total + outcome.basis.total
    return [int(column) for column in np.lexsort((-votes, -outcome.total)) if outcome.total[column]]


def won(outcome: Outcome) -> str:
    """The seats of each party in words."""
    return ", ".join(f"{outcome.parties[column].name or outcome.parties[column].id} {outcome.total[column]}" for column in ranked(outcome))


def label(outcome: Outcome) -> str:
    """The system of an outcome with the settings that are not its defaults."""
    defaults = {setting.name: setting.default for setting in system.entry(outcome.system).settings}
    changed = [f"{key}={value}" for key, value in outcome.settings.items() if value != defaults.get(key)]
    return f"{outcome.system}:{','.join(changed)}" if changed else outcome.system


def credit(things: Sequence[Sourced], made: str = "Seats by Hustings.") -> str:
    """The source line: where the votes come from, how the rest was made, and on how many assumptions it rests."""
    source = list(dict.fromkeys(text for thing in things for text in thing.attribution))
    votes = " ".join(source) or f"Votes: {', '.join(dict.fromkeys(thing.election for thing in things))}."
    number = len(assumed(things))
    rests = f" Rests on {number} assumption{'s' * (number > 1)}, which the description of this picture gives." if number else ""
    return f"{votes} {made}{rests}"


def assumed(things: Sequence[Sourced]) -> list[str]:
    """What was assumed for any of the things, once each."""
    return list(dict.fromkeys(note for thing in things for note in thing.assumed))


def _css(look: Look, dresses: Sequence[Dress]) -> str:
    if look.dark and look.light:
        raise SettingError("a chart is dark=true or light=true, not both; without either it follows its reader")

    def rules(ground: int) -> str:
        common = "".join(f"#{ID} {kind}{{{values[0]}:{values[1 + ground]}}}" for kind, values in THEME.items())
        own = ""
        for dress in dresses:
            colour = (dress.light, dress.dark)[ground]
            own += f"#{ID} .{dress.fill}{{fill:{colour}}}#{ID} .{dress.key}{{fill:{ink_on(colour)}}}#{ID} .{dress.stroke}{{stroke:{colour}}}"
        return common + own

    fixed = "".join(f"#{ID}{rule}" for rule in STYLE)
    follows = "" if look.light or look.dark else f"@media (prefers-color-scheme:dark){{{rules(1)}}}"
    return fixed + rules(1 if look.dark else 0) + follows


def sheet(look: Look, title: str, summary: Sequence[str], body: str, *, height: float, source: str, dresses: Iterable[Dress] = ()) -> str:
    """A whole picture: the title, `body` as high as it says, and the source line; `summary` says in words what it shows."""
    title = look.title or title
    said = " ".join(f"{part[:1].upper()}{part[1:].rstrip('.')}." for part in summary)
    lines = wrap(title, size=TITLE * 1.05)
    top = 14 + len(lines) * TITLE * 1.25
    foot, room = paragraph(source, top + height + 16, "small soft", SMALL)
    whole = top + height + room + 12
    head = "".join(words(EDGE, 22 + number * TITLE * 1.25, text, "title") for number, text in enumerate(lines))
    drawn = (
        f'<title id="{ID}-t">{escape(title)}</title><desc id="{ID}-d">{escape(said)}</desc>'
        f"<style>{_css(look, list(dresses))}</style>{rect(-2, -2, WIDTH + 4, whole + 4, 'ground')}{head}"
        f'<g transform="translate(0 {num(top)})">{body}</g>{foot}'
    )
    size = f'viewBox="0 0 {num(WIDTH)} {num(whole)}" width="{look.width}" height="{round(look.width * whole / WIDTH)}"'
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{ID}" {size} style="max-width:100%;height:auto" '
        f'role="img" aria-labelledby="{ID}-t {ID}-d">{drawn}</svg>\n'
    )
    # Styles of a picture within a page are the page's: each picture has a name of its own, and its rules are under it.
    return picture.replace(ID, f"h{hashlib.sha256(picture.encode()).hexdigest()[:6]}")


def stacked(pictures: Sequence[str], title: str) -> str:
    """Pictures below each other in one; a single one as it is."""
    if len(pictures) == 1:
        return pictures[0]
    sizes = [re.search(r'viewBox="0 0 (\S+) (\S+)" width="(\d+)"', picture) for picture in pictures]
    out, y, pixels = "", 0.0, 0
    for picture, size in zip(pictures, sizes, strict=True):
        assert size
        inner = re.sub(r' width="\d+" height="\d+" style="[^"]*"', f' y="{num(y)}" width="{size[1]}" height="{size[2]}"', picture.rstrip(), count=1)
        out, y, pixels = out + inner, y + float(size[2]), int(size[3])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(WIDTH)} {num(y)}" width="{pixels}" height="{round(pixels * y / WIDTH)}" '
        f'style="max-width:100%;height:auto" role="group"><title>{escape(title)}</title>{out}</svg>\n'
    )
