"""The stages of Northern Ireland's Assembly counts in, a matrix of next preferences out.

Counts tell where a candidate's papers went, never whole papers, so the next preference for a
*different* party is read off the stages at which one party's papers moved.

Stages. Only candidates of a single party may give up papers: where several parties are excluded
together nobody can say whose papers went where. No colleague of theirs may be continuing: a paper
that goes to a colleague says nothing of the next party, and those that pass a colleague over are
not a sample of the rest (on the Scottish papers of 2017 and 2022 that began with a party of several
candidates and passed a colleague over, 20 per cent of SNP's and 29 of Labour's marked no other
party; of the others, 34 and 43). Candidates of `ind`, the independents and all parties without a
row, are no colleagues; what passes between them is left out.

Surpluses. The law transfers only papers that have a next preference until the surplus is used up,
so a surplus shows the shares of the parties among themselves and nothing on `none`.

The DUP has had no exclusion without a colleague continuing. Its `none` rests on the exclusions
that there are, papers passing to colleagues left out, and is if anything too low.

Estimate. A party can receive papers only while it has a candidate continuing, and who continues
differs at every stage. The weights of a row are therefore those under which, at each stage, the
papers divide among those then open to them (`none` is one) in proportion to weight: what a reader
of the matrix assumes who renormalises it over the parties that stand. They are found by setting
each weight to the papers received over the papers that it could have received, until it stays put
(Hunter, "MM algorithms for generalized Bradley-Terry models", Annals of Statistics 32 (2004),
pp. 384-406).

Usage: python tools/ni_preferences.py [--check]
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import sys
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "src/hustings/facts/preferences/northern-ireland.toml"
MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", ROOT.parent / "shared" / "data"))
ARCHIVES = {
    "uk/ni/2011_archive_datapackage.zip": "6f44b884690019ab4c83c4a57b491b2dfac3677e10c9122b64fde2dae61d20fe",
    "uk/ni/2016_archive_datapackage.zip": "6690d710270a503e9d53fe64275b8b596b39327d8d24f11fc16cf697d1e604bf",
}
PARTIES = {
    "Green Party": "green",
    "UK Independence Party": "ukip",
    "Democratic Unionist Party": "dup",
    "Sinn Fein": "sf",
    "Social Democratic and Labour Party": "sdlp",
    "Ulster Unionist Party": "uup",
    "Alliance Party": "alliance",
    "Traditional Unionist Voice": "tuv",
}
ROWS = (*PARTIES.values(), "ind")

HEAD = '''\
# Made by tools/ni_preferences.py, which explains the estimate; do not edit.
name = "northern-ireland"
title = "Next preference for a different party, Northern Ireland Assembly elections of 2011 and 2016"
source = """
Stages of the counts of 5 May 2011 and 5 May 2016 in all 18 constituencies, Elections NI (github.com/NICVA/electionsni,
commit 2dba8e5, Open Database Licence), computed: exclusions and surpluses of one party with no colleague continuing,
each party's share of the papers that were open to it. `ind` is independents and all parties without a row."""
date = 2016-05-05

[rows]                    # of 100 votes transferred from the row's party: next to each other party; none = no other party marked
'''
TAIL = """
[proxy]                   # a party without a row takes that of this one; any other, the mean row
con = "uup"               # partners in 2010; of 1,402 votes of theirs transferred in 2016 more went to UUP than anywhere
ukup = "tuv"              # both unionists against the Belfast Agreement; UKUP had gone before these counts
"""


@dataclass(frozen=True)
class Transfer:
    """What one party gave up at a stage, and what of it each party then open got, in votes."""

    party: str
    surplus: bool
    colleagues: bool
    received: dict[str, float]
    none: float

    def open(self) -> dict[str, float]:
        """Give votes by where they could have gone, colleagues left out."""
        others = {party: votes for party, votes in self.received.items() if party != self.party}
        return others if self.surplus else {**others, "none": self.none}


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """Read one CSV file of the archive."""
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def transfers() -> Iterator[Transfer]:
    """Give every stage at which papers of one party alone moved, in order."""
    for path, sha256 in ARCHIVES.items():
        content = (MIRROR / path).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            sys.exit(f"{path}: not the file that this script was written for; expected sha256 {sha256}")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in sorted(n for n in archive.namelist() if n.endswith("/Count.csv")):
                [totals] = table(archive, name.replace("Count.csv", "ConstituencyCount.csv"))
                yield from district(table(archive, name), quota=float(totals["Quota"]))


def district(rows: list[dict[str, str]], quota: float) -> Iterator[Transfer]:
    """Give one constituency's transfers of a single party from its rows, one a candidate and stage."""
    votes: dict[str, float] = {}
    stages: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        stages[int(row["Count_Number"])].append(row)
    for _, stage in sorted(stages.items()):
        moved = {row["Candidate_Id"]: float(row["Transfers"]) for row in stage}
        party = {row["Candidate_Id"]: PARTIES.get(row["Party_Name"], "ind") for row in stage}
        givers = {name for name, by in moved.items() if by < 0}
        if len(parties := {party[name] for name in givers}) == 1:
            [giver] = parties
            received: dict[str, float] = defaultdict(float)
            for name, by in moved.items():
                if name not in givers and 0 < votes[name] < quota:  # continuing: neither excluded nor elected
                    received[party[name]] += by
            yield Transfer(
                party=giver,
                surplus=all(votes[name] >= quota for name in givers),
                colleagues=giver != "ind" and giver in received,
                received=dict(received),
                none=-sum(moved.values()),
            )
        votes = {row["Candidate_Id"]: float(row["Total_Votes"]) for row in stage}


def used(every: list[Transfer], party: str) -> list[dict[str, float]]:
    """Give the transfers on which a party's row rests."""
    own = [each for each in every if each.party == party]
    chosen = [each for each in own if not each.colleagues]
    if all(each.surplus for each in chosen):
        chosen += [each for each in own if each.colleagues and not each.surplus]
    return [each.open() for each in chosen]


def weights(stages: list[dict[str, float]], settled: float = 1e-9) -> dict[str, float]:
    """Give the weights, summing to 1, under which stages divide as they did (the estimate above)."""
    names = sorted({name for stage in stages for name in stage})
    got = {name: sum(stage.get(name, 0.0) for stage in stages) for name in names}
    weight = dict.fromkeys(names, 1 / len(names))
    change = 1.0
    while change > settled:
        rates = [sum(stage.values()) / sum(weight[name] for name in stage) for stage in stages]
        could = {name: sum(r for r, stage in zip(rates, stages, strict=True) if name in stage) for name in names}
        new = {name: got[name] / could[name] for name in names}
        total = sum(new.values())
        new = {name: each / total for name, each in new.items()}
        change = max(abs(new[name] - weight[name]) for name in names)
        weight = new
    return weight


def matrix() -> str:
    """Give the whole file."""
    every = list(transfers())
    text, basis = HEAD, "\n[basis]                   # votes on which each row rests\n"
    for party in ROWS:
        weight = weights(stages := used(every, party))
        cells = (f'{to} = "{100 * weight[to]:.1f}"' for to in (*ROWS, "none") if to != party)
        text += f"{party} = {{ {', '.join(cells)} }}\n"
        basis += f"{party} = {sum(sum(stage.values()) for stage in stages):.0f}\n"
    return text + basis + TAIL


def main(arguments: list[str]) -> None:
    """Write the shipped file, or with --check compare it."""
    if arguments not in ([], ["--check"]):
        sys.exit("usage: python tools/ni_preferences.py [--check]")
    if not arguments:
        SHIPPED.write_text(matrix(), encoding="utf-8")
    elif SHIPPED.read_text(encoding="utf-8") != matrix():
        sys.exit(f"{SHIPPED.relative_to(ROOT)} is not what this script makes; run it without --check")


if __name__ == "__main__":
    main(sys.argv[1:])
