"""The name of an example in, its file out."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]
FOLDER = next(folder for folder in (PACKAGE / "examples", PACKAGE.parents[1] / "examples") if folder.is_dir())
"""They come with the package; where it runs from a checkout, they lie there."""

PAPERS = {"sparta": "Sparta: two seats", "troy": "Troy: a tie, and a lot"}
"""Ranked papers to count, and what they show."""
CLAIMS = {"half-echoes-2012": "Vernon Bogdanor on the general election of 2010"}
"""Statements to check."""


def example(name: str) -> bytes | None:
    """The bytes of an example; None where there is none of that name."""
    suffix = ".blt" if name in PAPERS else ".toml" if name in CLAIMS else ""
    return (FOLDER / f"{name}{suffix}").read_bytes() if suffix else None
