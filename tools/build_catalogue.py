"""A manifest of pinned files in; the table of those that the catalogue's series name out: facts/catalogue/files.tsv.

The manifest is a table (TSV) with the columns path, source, bytes and sha256, as a mirror has one. Only files whose source is
an address are pinned. With `--check` and without a manifest: the table holds what the series name and no more.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tomllib
from pathlib import Path

from hustings.catalogue import File, chosen
from hustings.errors import UnknownName
from hustings.files import write

FOLDER = Path(__file__).resolve().parent.parent / "src" / "hustings" / "facts" / "catalogue"
TABLE = FOLDER / "files.tsv"


def wanted() -> list[str]:
    """The paths and patterns that the series name."""
    names: list[str] = []
    for path in sorted(FOLDER.glob("*.toml")):
        about = tomllib.loads(path.read_text(encoding="utf-8"))
        names += about.get("files", [])
        for facts in about["edition"].values():
            names += facts.get("files", [])
    return list(dict.fromkeys(names))


def pinned(manifest: Path, column: str) -> dict[str, File]:
    """The files that a manifest pins to an address."""
    with manifest.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row["path"]: File(row["path"], row[column], int(row["bytes"]), row["sha256"]) for row in rows if row[column].startswith("https://")}


def table(files: dict[str, File]) -> str:
    """The table of the files that the series name."""
    rows = sorted({file.path: file for file in chosen(wanted(), files)}.values(), key=lambda file: file.path)
    return "".join("\t".join(row) + "\n" for row in [("path", "url", "bytes", "sha256"), *((f.path, f.url, str(f.bytes), f.sha256) for f in rows)])


def main() -> int:
    """Write the table, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path, nargs="?", help="a mirror's MANIFEST.tsv")
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the table is not what the series name")
    arguments = parser.parse_args()
    if not (arguments.manifest or arguments.check):
        parser.error("give a manifest, or --check")
    try:
        made = table(pinned(arguments.manifest, "source") if arguments.manifest else pinned(TABLE, "url"))
    except UnknownName as error:
        print(f"{error}\nIf the manifest has it: tools/build_catalogue.py MANIFEST.tsv", file=sys.stderr)
        return 1
    if not arguments.check:
        write(TABLE, made)
        print(f"{TABLE}: {made.count(chr(10)) - 1} files")
    elif made != TABLE.read_text(encoding="utf-8"):
        print(f"{TABLE} is not what the series name; run tools/build_catalogue.py MANIFEST.tsv", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
