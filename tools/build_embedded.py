"""The tables of two published packages in; the British general elections that Hustings embeds out.

The votes are the House of Commons Library's (CBP-8647), as the PyPI package uk-politics carries them;
the hexagons are ODI Leeds's layout, as the npm package d3-hexjson carries it. What the table lumps
together and an official figure takes apart stands in uk_general_official.toml beside this script.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EMBEDDED = ROOT / "src" / "hustings" / "embedded"
OFFICIAL = ROOT / "tools" / "uk_general_official.toml"
ASK = f"say who stood in {OFFICIAL.name}"

PARTIES = {
    "Conservative": "con",
    "Conservative Party": "con",
    "Labour": "lab",
    "Liberal Democrat": "ld",
    "Liberal Democrats": "ld",
    "SNP": "snp",
    "Plaid Cymru": "pc",
    "Green": "green",
    "UKIP": "ukip",
    "Brexit": "brexit",
    "DUP": "dup",
    "SF": "sf",
    "Sinn Fein": "sf",
    "SDLP": "sdlp",
    "UU": "uup",
    "UUP": "uup",
    "UKUP": "ukup",
    "Alliance": "alliance",
    "Speaker": "speaker",
    "Other": "other",
}
NATIONALISTS = {"Scotland": "snp", "Wales": "pc"}  # the table of 1997 has one column, PC/SNP
REGIONS = {
    "East": "East of England",
    "Eastern": "East of England",
    "Yorkshire and The Humber": "Yorkshire and the Humber",
}
# By their letters. The editions of 2005 and after tell it from Richmond Park; 1997 and 2001 do not.
NAMES = {"RICHMOND": "Richmond (Yorks)"}
SMALL_WORDS = {"and", "by", "in", "le", "of", "on", "super", "the", "under", "upon"}
BOUNDARIES = {
    "1997": "in force from 1997",
    "2005": "in force from 1997; in Scotland from 2005",
    "2010": "in force from 2010; in Scotland from 2005",
}
BOUNDARY_SET = {"1997": "1997", "2001": "1997", "2005": "2005"}  # later editions: 2010
NOTES = {
    "ids": "A district's id is its GSS code where the table has one (Scotland from 2005, elsewhere from"
    " 2010) and the table's own number before. A number holds within one edition: 160, 162, 189, 190"
    " and 191 are other districts in 2005 than in 1997 and 2001. Names hold within a boundary set.",
    "other": "The lump of every candidate of a party that the table does not name in that edition,"
    " less those in `corrected`. UKIP is named in 2010, 2015 and 2017 alone, the Greens from 2010;"
    " of Northern Ireland, the Alliance not in 2001 and 2005, the Conservatives not in 1997.",
    "uup": "In 2010 the candidates of the Ulster Conservatives and Unionists - New Force.",
    "county": "As the latest edition on the same boundaries has it; 2010 to 2017 name no Welsh county,"
    " and 2015 gives seven English districts their neighbours'. Gwent and Mid Glamorgan are one from"
    " 2010; Scotland and Northern Ireland have none.",
}


@dataclass(frozen=True)
class Package:
    """A file of somebody else's, and how to get it into a folder."""

    name: str
    file: str
    sha256: str
    command: tuple[str, ...]


UK_POLITICS = Package(
    "PyPI package uk-politics 1.0.5",
    "uk_politics-1.0.5-py3-none-any.whl",
    "56d935b1d0a63e730acb607458b098929740bc4e80554ee083bba4fddfe96ddc",
    (
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "uk-politics==1.0.5",
        "--dest",
    ),
)
D3_HEXJSON = Package(
    "npm package d3-hexjson 1.1.1",
    "d3-hexjson-1.1.1.tgz",
    "d38885dd49e4218ac4e977462e041a733cd9ab11119008fbbaffd5529f5d5621",
    ("npm", "pack", "--silent", "d3-hexjson@1.1.1", "--pack-destination"),
)
VOTES = {
    "source": "House of Commons Library, General election results from 1918 to 2019 (CBP-8647)",
    "address": "https://commonslibrary.parliament.uk/research-briefings/cbp-8647/",
    "package": f"{UK_POLITICS.name} (Stonehaven), data/GE_results.tsv",
    "sha256": UK_POLITICS.sha256,
    "licence": "Open Parliament Licence v3.0",
    "licence_address": "https://www.parliament.uk/site-information/copyright-parliament/open-parliament-licence/",
    "attribution": "Contains Parliamentary information licensed under the Open Parliament Licence v3.0.",
}
HEXAGONS = {
    "source": "Hexagon layout of the constituencies of 2010 by ODI Leeds (odd-r)",
    "address": "https://odileeds.org/projects/hexmaps/constituencies.html",
    "package": f"{D3_HEXJSON.name} (Oliver Hawkins), examples/constituencies.hexjson",
    "sha256": D3_HEXJSON.sha256,
    "licence": "BSD-3-Clause",
    "attribution": "Layout by ODI Leeds, from d3-hexjson by Oliver Hawkins.",
}


@dataclass(frozen=True)
class District:
    """A constituency at one election."""

    id: str
    name: str
    county: str
    region: str
    country: str
    electorate: int


@dataclass(frozen=True)
class Cell:
    """One line of the table: the votes [papers] beside one label in one district."""

    edition: str
    date: str
    district: District
    label: str
    votes: int


@dataclass(frozen=True)
class Layout:
    """Where each district of 2010 lies on the hexagons (odd-r), what it is called, and the licence."""

    hexagons: dict[str, dict[str, Any]]
    notice: str


def obtain(package: Package, cache: Path) -> bytes:
    """Read a package from the cache, getting it first where it is not there."""
    path = cache / package.file
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        try:
            run = subprocess.run((*package.command, str(cache)), capture_output=True, text=True, check=False)
            why = (run.stderr or run.stdout).strip()
        except FileNotFoundError:
            why = f"{package.command[0]} is not installed"
        if not path.exists():
            last = (why.splitlines() or ["it was not among what came"])[-1]
            sys.exit(f"cannot get {package.file}: {last}; put it into a folder and give --cache FOLDER")
    content = path.read_bytes()
    if (found := hashlib.sha256(content).hexdigest()) != package.sha256:
        sys.exit(f"{path}: sha256 is {found}, not {package.sha256}; remove the file and run again")
    return content


def read_table(wheel: bytes) -> list[Cell]:
    """Read the votes, as the table spells them."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        text = archive.read("uk_politics/data/GE_results.tsv").decode("utf-8")
    cells = []
    for row in csv.DictReader(io.StringIO(text), delimiter="\t"):
        key, name, county, region, country, electorate = row["location"].split("|")
        district = District(key, name, county, region, country, int(electorate))
        cells.append(Cell(row["date"][:4], row["date"], district, row["party"], int(row["votes"])))
    return cells


def read_layout(tarball: bytes) -> Layout:
    """Read the hexagons and the licence that travels with them."""
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        files = map(archive.extractfile, ("package/examples/constituencies.hexjson", "package/LICENSE"))
        hexjson, licence = (file.read().decode("utf-8") for file in files if file)
    return Layout(json.loads(hexjson)["hexes"], licence)


def letters(name: str) -> str:
    """Reduce a name to its letters, which the editions agree on: YNYS-MON and Ynys Môn are YNYSMON."""
    plain = unicodedata.normalize("NFKD", name.replace("&", "and")).encode("ascii", "ignore").decode()
    return re.sub("[^A-Z]", "", plain.upper())


def proper_case(name: str) -> str:
    """Write a name in capitals as one writes it: WREKIN, THE is The Wrekin."""
    name = re.sub(r"\s*-\s*", "-", name.strip().replace("&", "and"))
    name = re.sub(r"^(.*), (CITY OF|THE)$", r"\2 \1", name)

    def word(match: re.Match[str]) -> str:
        small = match.start() > 0 and match[0].lower() in SMALL_WORDS
        return match[0].lower() if small else match[0].capitalize()

    return re.sub(r"[^\W\d_]+('S\b)?", word, name)


def tidy_districts(cells: list[Cell], layout: Layout) -> dict[tuple[str, str], District]:
    """Give each district of each edition one spelling, and the county that its boundary set knows."""
    spellings = NAMES | {letters(hexagon["n"]): hexagon["n"] for hexagon in layout.hexagons.values()}

    def named(district: District) -> str:
        if district.id in layout.hexagons:
            return str(layout.hexagons[district.id]["n"])
        return spellings.get(letters(district.name)) or proper_case(district.name)

    raw = {(cell.edition, cell.district.id): cell.district for cell in cells}
    counties = {}
    for (edition, _), district in sorted(raw.items(), key=lambda item: item[0]):
        if district.county:
            counties[edition < "2010", named(district)] = district.county.replace("&", "and")
    return {
        (edition, key): replace(
            district,
            name=named(district),
            county=counties.get((edition < "2010", named(district)), ""),
            region=REGIONS.get(district.region, district.region),
        )
        for (edition, key), district in raw.items()
    }


def party_of(cell: Cell) -> str:
    """Name the party of a label."""
    return NATIONALISTS[cell.district.country] if cell.label == "PC/SNP" else PARTIES[cell.label]


def parts(candidates: list[dict[str, Any]]) -> Counter[str]:
    """Sum candidates by party: the row that each party gets."""
    return sum((Counter({candidate["party"]: candidate["votes"]}) for candidate in candidates), Counter())


def split(cell: Cell, candidates: list[dict[str, Any]]) -> Counter[str]:
    """Share a lump out among those who stood, to the vote."""
    where = f"{OFFICIAL.name}: {cell.district.name} {cell.edition}"
    if (total := sum(candidate["votes"] for candidate in candidates)) != cell.votes:
        sys.exit(f"{where}: the candidates have {total} votes, the lump {cell.votes}")
    own = [candidate["party"] for candidate in candidates if candidate["party"] != "other"]
    if len(own) != len(set(own)):
        sys.exit(f"{where}: a party has two candidates; make the lesser one `other`")
    return parts(candidates)


def tidy_votes(cells: list[Cell], official: list[dict[str, Any]]) -> dict[tuple[str, str], Counter[str]]:
    """Count each party's votes in each district, with the lumps split where it is known how."""
    splits = {(entry["edition"], entry["id"], entry["label"]): entry["candidates"] for entry in official}
    tallies: dict[tuple[str, str], Counter[str]] = {}
    for cell in cells:
        tally = tallies.setdefault((cell.edition, cell.district.id), Counter())
        if candidates := splits.pop((cell.edition, cell.district.id, cell.label), None):
            tally += split(cell, candidates)
        elif cell.label == "Speaker":
            sys.exit(f"{cell.district.name} {cell.edition}: the label Speaker may be a lump: {ASK}")
        else:
            # Adding drops what is zero, and zero in the table means that the party did not stand.
            tally += Counter({party_of(cell): cell.votes})
    for (edition, district), tally in tallies.items():
        if tally.most_common(1)[0][0] == "other":
            sys.exit(f"{district} {edition}: a lump comes first: {ASK}")
    if splits:
        sys.exit(f"{OFFICIAL.name}: the table has no lump {', '.join(map(str, splits))}")
    return tallies


def by_id(district: District) -> tuple[int, str]:
    """Order districts: numbers by size, then codes."""
    return (int(district.id), "") if district.id.isdigit() else (sys.maxsize, district.id)


def write_csv(header: str, rows: Iterable[tuple[object, ...]]) -> str:
    """Write rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue()


def votes_csv(districts: list[District], tallies: dict[str, Counter[str]]) -> str:
    """Write one edition: a row for each party that stood in each district."""
    rows = []
    for d in sorted(districts, key=by_id):
        for party, votes in sorted(tallies[d.id].items(), key=lambda item: (-item[1], item[0])):
            rows.append((d.id, d.name, d.county, d.region, d.country, d.electorate, party, votes))
    return write_csv("id,district,county,region,country,electorate,party,votes", rows)


def toml_table(name: str, values: dict[str, str]) -> list[str]:
    """Write a table of TOML; a JSON string is a TOML string too."""
    rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return [name, *rows, ""]


def correction(entry: dict[str, Any]) -> list[str]:
    """Write what one lump was split into, and on whose word."""
    values = {key: entry[key] for key in ("id", "district", "label")}
    values["into"] = ", ".join(f"{party} {votes}" for party, votes in parts(entry["candidates"]).items())
    values |= {key: entry[key] for key in ("source", "checked")}
    return toml_table(f"[[edition.{entry['edition']}.corrected]]", values)


def provenance_toml(dates: dict[str, str], official: list[dict[str, Any]], notice: str) -> str:
    """Write where the data come from, under what licence, and what was corrected."""
    lines = ["# Made by tools/build_embedded.py.", ""]
    lines += toml_table("[votes]", VOTES)
    lines += toml_table("[hexagons-2010]", HEXAGONS | {"notice": notice})
    lines += toml_table("[notes]", NOTES)
    lines += toml_table("[boundary_sets]", BOUNDARIES)
    for edition, date in sorted(dates.items()):
        boundary_set = BOUNDARY_SET.get(edition, "2010")
        lines += [f"[edition.{edition}]", f"date = {date}", f'boundary_set = "{boundary_set}"', ""]
        for entry in official:
            if entry["edition"] == edition:
                lines += correction(entry)
    return "\n".join(lines)


def build(cache: Path) -> dict[Path, str]:
    """Make every embedded file, as text by path."""
    cells = read_table(obtain(UK_POLITICS, cache))
    layout = read_layout(obtain(D3_HEXJSON, cache))
    official: list[dict[str, Any]] = tomllib.loads(OFFICIAL.read_text("utf-8"))["split"]
    districts = tidy_districts(cells, layout)
    names = {key: district.name for key, district in districts.items()}
    for entry in official:
        if (name := names.get((entry["edition"], entry["id"]))) != entry["district"]:
            sys.exit(f"{OFFICIAL.name}: {entry['edition']} {entry['id']} is {name}, not {entry['district']}")
    tallies = tidy_votes(cells, official)
    dates = {cell.edition: cell.date for cell in cells}
    made = {
        EMBEDDED / "uk-general" / f"{year}.csv": votes_csv(
            [district for (edition, _), district in districts.items() if edition == year],
            {key: tally for (edition, key), tally in tallies.items() if edition == year},
        )
        for year in sorted(dates)
    }
    provenance = provenance_toml(dates, official, layout.notice)
    hexagons = [(key, hexagon["q"], hexagon["r"]) for key, hexagon in sorted(layout.hexagons.items())]
    made[EMBEDDED / "uk-general" / "provenance.toml"] = provenance
    made[EMBEDDED / "hexagons-2010.csv"] = write_csv("id,q,r", hexagons)
    return made


def first_difference(made: dict[Path, str]) -> str | None:
    """Name the first line in which what is shipped is not what is made."""
    for path, text in made.items():
        where = path.relative_to(ROOT)
        if not path.exists():
            return f"{where}: missing"
        pairs = zip_longest(text.split("\n"), path.read_bytes().decode("utf-8").split("\n"))
        for number, (ours, shipped) in enumerate(pairs, start=1):
            if ours != shipped:
                return f"{where}:{number}: shipped is {shipped!r}, the script makes {ours!r}"
    for path in sorted((EMBEDDED / "uk-general").iterdir()):
        if path not in made:
            return f"{path.relative_to(ROOT)}: shipped, and the script does not make it"
    return None


def main() -> None:
    """Write the embedded data, or check them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the shipped data differ")
    parser.add_argument("--cache", type=Path, help="folder that holds, or is to hold, the two packages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        made = build(options.cache or Path(temporary))
    if options.check:
        sys.exit(first_difference(made))
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
