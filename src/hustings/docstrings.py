"""A docstring in; its paragraphs, its sections and what it says of each attribute out."""

import re
from collections.abc import Iterable


def split(doc: str) -> tuple[list[str], dict[str, list[str]]]:
    """A docstring's paragraphs, and the lines of each underlined section."""
    paragraphs: list[str] = []
    sections: dict[str, list[str]] = {}
    lines = doc.splitlines()
    into: list[str] = []
    starts = {at for at in range(len(lines) - 1) if lines[at] and re.fullmatch(r"-{3,}", lines[at + 1])}
    for at, line in enumerate(lines):
        if at in starts:
            into = sections.setdefault(line, [])
        elif at - 1 not in starts:
            into.append(line) if sections else paragraphs.append(line)
    text = "\n".join(paragraphs)
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()], sections


def blocks(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Lines that begin a block, and the indented lines under each."""
    found: list[tuple[str, str]] = []
    for line in filter(str.strip, lines):
        if line.startswith(" ") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}".strip())
        else:
            found.append((line.strip(), ""))
    return found


def described(lines: Iterable[str]) -> dict[str, str]:
    """`name, other : text` of an Attributes section, by name."""
    found: dict[str, str] = {}
    for head, rest in blocks(lines):
        names, colon, text = head.partition(" : ")
        if colon:
            found |= {name.strip(): f"{text} {rest}".strip() for name in names.split(",")}
    return found
