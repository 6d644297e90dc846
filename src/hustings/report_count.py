"""Transcripts in; the stages as text for people, as JSON, and as an HTML sheet that a returning officer could publish out."""

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import Any

from hustings.analysis.archive import Counted
from hustings.election import NOBODY
from hustings.exact import decimal
from hustings.lots import Lot
from hustings.outcome import Stage, Transcript


def _written(transcript: Transcript, value: int | Fraction | None) -> str:
    return "" if value is None else decimal(value, transcript.places)


def _names(transcript: Transcript, who: Sequence[int]) -> list[str]:
    return [transcript.candidates[candidate].name for candidate in who]


def count_json(transcript: Transcript, election: str, source: str) -> dict[str, Any]:
    """One count as the interface has it; exact values are decimal strings."""
    names = [candidate.name for candidate in transcript.candidates]
    return {
        "election": election,
        "name": transcript.name,
        "method": transcript.method,
        "source": source,
        "seats": transcript.seats,
        "valid": transcript.valid,
        "invalid": transcript.invalid,
        "quota": _written(transcript, transcript.quota) or None,
        "unit": transcript.unit,
        "candidates": [{"name": candidate.name, "party": candidate.party} for candidate in transcript.candidates],
        "elected": _names(transcript, transcript.elected),
        "stages": [_stage_json(transcript, stage, names) for stage in transcript.stages],
    }


def _stage_json(transcript: Transcript, stage: Stage, names: Sequence[str]) -> dict[str, Any]:
    return {
        "number": stage.number,
        "act": stage.act,
        "rule": stage.rule,
        "who": _names(transcript, stage.who),
        "totals": {name: _written(transcript, value) for name, value in zip(names, stage.votes, strict=True)},
        "papers": dict(zip(names, stage.papers, strict=False)),
        "non_transferable": _written(transcript, stage.non_transferable),
        "lost_to_rounding": _written(transcript, stage.lost_to_rounding),
        "elected": _names(transcript, stage.elected),
        "excluded": _names(transcript, stage.excluded),
        "lots": [{"tied": list(lot.tied), "chosen": lot.chosen, "how": lot.how, "rule": lot.rule} for lot in stage.lots],
        "quota": _written(transcript, stage.quota) or None,
        "transfer": [
            {
                "from": _names(transcript, givers),
                "value": _written(transcript, value),
                "papers": sum(papers.values()),
                "to": {names[to]: number for to, number in papers.items() if to != NOBODY},
                "non_transferable": papers.get(NOBODY, 0),
            }
            for givers, value, papers in _transferred(stage)
        ],
        "keep": {name: _written(transcript, value) for name, value in zip(names, stage.keep, strict=False)},
    }


def _transferred(stage: Stage) -> list[tuple[tuple[int, ...], int | Fraction, dict[int, int]]]:
    """Who handed on papers of which value, the dearest first, and to whom how many of them."""
    found: dict[tuple[int, int | Fraction], dict[int, int]] = {}
    for source, to, value, number in stage.transfers:
        papers = found.setdefault((source, value), {})
        papers[to] = papers.get(to, 0) + number
    places = {source: place for place, source in enumerate((*stage.who, NOBODY))}
    groups = sorted(found.items(), key=lambda group: (places[group[0][0]], -group[0][1]))
    return [(stage.who if source == NOBODY else (source,), value, papers) for (source, value), papers in groups]


def _values(transcript: Transcript, stage: Stage) -> list[str]:
    """The papers transferred and the value of each, a line for each value; and from whom, where several hand on papers apart."""
    groups = _transferred(stage)
    apart = len({givers for givers, _, _ in groups}) > 1
    lines = []
    for givers, value, papers in groups:
        whose = f" from {', '.join(_names(transcript, givers))}" if apart else ""
        lines.append(f"{sum(papers.values()):,} at {_written(transcript, value)}{whose}")
    return lines


def _kept(transcript: Transcript, stage: Stage, candidate: int) -> str:
    """What a candidate keeps of a paper, unless it is all of it or nothing."""
    keep = stage.keep[candidate] if stage.keep else 0
    return f"keeps {_written(transcript, keep)}" if 0 < keep < 10**transcript.places else ""


def documents(files: Sequence[Counted]) -> list[dict[str, Any]]:
    """Every count of these files, as JSON."""
    return [
        count_json(transcript, str(counted.path), method.__entry__.cites)
        for counted in files
        for transcript, method in zip(counted.transcripts, counted.methods, strict=True)
    ]


def files_table(files: Sequence[Counted]) -> tuple[list[str], list[list[str]]]:
    """A line for each count: its name, seats, papers, quota, stages, who is elected."""
    rows = [
        [
            counted.path.name,
            transcript.name,
            str(transcript.seats),
            f"{transcript.valid:,}",
            _written(transcript, transcript.quota),
            str(len(transcript.stages)),
            ", ".join(_names(transcript, transcript.elected)),
        ]
        for counted in files
        for transcript in counted.transcripts
    ]
    return ["file", "count", "seats", "valid", "quota", "stages", "elected"], rows


def summary(transcript: Transcript) -> list[str]:
    """Who is elected, in order, and what by: a line each."""
    quota = f", quota {_written(transcript, transcript.quota)}" if transcript.quota is not None else ""
    lines = [
        f"{transcript.name}: {_papers(transcript)}, {transcript.seats} to be elected{quota}",
        f"counted by {transcript.method} in {len(transcript.stages)} stage{'s' * (len(transcript.stages) != 1)}",
    ]
    for place, candidate in enumerate(transcript.elected, 1):
        stage = next((stage for stage in transcript.stages if candidate in stage.elected), transcript.stages[-1])
        party = transcript.candidates[candidate].party
        who = f"{transcript.candidates[candidate].name}{f' ({party})' if party else ''}"
        lines.append(f"  {place}. {who}, stage {stage.number}, {_written(transcript, stage.votes[candidate])} {transcript.unit}")
    return lines + [f"  lot at {lot.where} {_drawn(lot)}" for lot in transcript.lots]


def _papers(transcript: Transcript) -> str:
    """How many papers are valid, and how many are not if the file has any: many files hold only those that were not rejected."""
    return f"{transcript.valid:,} valid papers" + (f", {transcript.invalid:,} invalid" if transcript.invalid else "")


def _act(transcript: Transcript, stage: Stage) -> str:
    who = f" of {', '.join(_names(transcript, stage.who))}" if stage.who else ""
    return f"{stage.act}{who}"


def transcript_text(transcript: Transcript) -> str:
    """The whole count: each stage with its rule, who gained what, and who is elected by which rule."""
    lines = [*summary(transcript), ""]
    before: Sequence[int | Fraction] = [0] * len(transcript.candidates)
    width = max(len(name) for name in ("non-transferable", *(candidate.name for candidate in transcript.candidates)))
    for stage in transcript.stages:
        lines.append(f"Stage {stage.number} ({ruled(stage.rule)}): {_act(transcript, stage)}.")
        lines += [f"    papers transferred: {line}" for line in _values(transcript, stage)]
        for candidate, (was, votes) in enumerate(zip(before, stage.votes, strict=True)):
            if was or votes:
                change = "" if votes == was or stage.number == 1 else f"{'+' if votes > was else ''}{_written(transcript, votes - was)}"
                line = f"    {transcript.candidates[candidate].name:<{width}}  {change:>14}  {_written(transcript, votes):>14}"
                lines.append(f"{line}  {_kept(transcript, stage, candidate)}".rstrip())
        if transcript.unit == "votes":
            lines.append(f"    {'non-transferable':<{width}}  {'':>14}  {_written(transcript, stage.non_transferable):>14}")
            if stage.lost_to_rounding:
                lines.append(f"    {'lost to rounding':<{width}}  {'':>14}  {_written(transcript, stage.lost_to_rounding):>14}")
        lines += [f"    lot {_drawn(lot)}" for lot in stage.lots]
        for candidate, rule in zip(stage.elected, stage.elected_rules, strict=False):
            name = transcript.candidates[candidate].name
            lines.append(f"    elected ({ruled(rule)}): {name}, {_written(transcript, stage.votes[candidate])}")
        before = stage.votes
        lines.append("")
    return "\n".join(lines)


def ruled(rule: str) -> str:
    """A bare number is a rule's: 'r. 48'; anything else says itself what it is."""
    return f"r. {rule}" if rule[:1].isdigit() else rule


def _drawn(lot: Lot) -> str:
    return f"({ruled(lot.rule)}): {lot.chosen} of {', '.join(lot.tied)} ({lot.how})"


STYLE = """\
:root{color-scheme:light dark}
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:90rem;padding:0 1rem}
h1{font-size:1.4rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{border-bottom:1px solid #8886;padding:.25rem .6rem;text-align:right;white-space:nowrap;vertical-align:top}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:Canvas}
thead th{font-weight:600;max-width:11rem;white-space:normal;text-align:right}
.change,.line{display:block;font-size:.8em;opacity:.75}
.elected{font-weight:700;text-decoration:underline}
.excluded{opacity:.55}
tfoot td{border-top:2px solid #8888;border-bottom:0}
@media print{body{margin:0;max-width:none}}
"""


def count_html(files: Sequence[Counted]) -> str:
    """A page with a sheet for each count: stages across, candidates down, transfers and values, the rule of each act."""
    counts = [pair for counted in files for pair in zip(counted.transcripts, counted.methods, strict=True)]
    title = counts[0][0].name if len(counts) == 1 else f"{len(counts)} counts"
    sheets = "\n".join(_sheet(transcript, method.__entry__.cites) for transcript, method in counts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>\n{sheets}\n</body></html>\n"
    )


def _sheet(transcript: Transcript, source: str) -> str:
    quota = f", quota {_written(transcript, transcript.quota)}" if transcript.quota is not None else ""
    head = "".join(
        f'<th scope="col">{stage.number}. {escape(_act(transcript, stage))}<span class="change">{escape(ruled(stage.rule))}</span></th>'
        for stage in transcript.stages
    )
    body = "\n".join(_row(transcript, candidate) for candidate in range(len(transcript.candidates)))
    foot = ""
    if any(stage.transfers for stage in transcript.stages):
        cells = ("".join(f'<span class="line">{escape(line)}</span>' for line in _values(transcript, stage)) for stage in transcript.stages)
        foot += f"<tr><td>papers transferred, and the value of each</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    if any(stage.quota for stage in transcript.stages):
        foot += f"<tr><td>quota, where set anew</td>{''.join(f'<td>{_written(transcript, stage.quota)}</td>' for stage in transcript.stages)}</tr>"
    if transcript.unit == "votes":
        for label, values in (
            ("non-transferable", [stage.non_transferable for stage in transcript.stages]),
            ("lost to rounding", [stage.lost_to_rounding for stage in transcript.stages]),
        ):
            foot += f"<tr><td>{label}</td>{''.join(f'<td>{_written(transcript, value)}</td>' for value in values)}</tr>"
        foot += f"<tr><td>total</td>{f'<td>{transcript.valid:,}</td>' * len(transcript.stages)}</tr>"
    elected = "".join(f"<li>{escape(name)}</li>" for name in _names(transcript, transcript.elected))
    notes = "".join(f"<li>{escape(line)}</li>" for stage in transcript.stages for line in told(transcript, stage))
    return (
        f"<section><h1>{escape(transcript.name)}</h1>"
        f"<p>{_papers(transcript)}; {transcript.seats} to be elected{quota}. "
        f"Counted by {escape(transcript.method)}: {escape(source)}.</p>"
        f"<h2>Elected, in order</h2><ol>{elected}</ol>"
        f'<h2>Stages</h2><div class="scroll" tabindex="0"><table><thead><tr><th scope="col">candidate</th>{head}</tr></thead>'
        f"<tbody>\n{body}\n</tbody><tfoot>{foot}</tfoot></table></div>"
        f"{f'<h2>Acts and rules</h2><ul>{notes}</ul>' if notes else ''}</section>"
    )


def _row(transcript: Transcript, candidate: int) -> str:
    cells, before, gone = [], None, False
    for stage in transcript.stages:
        votes = stage.votes[candidate]
        change = votes - before if before is not None else 0
        delta = f'<span class="change">{"+" if change > 0 else ""}{_written(transcript, change)}</span>' if change else ""
        kind = "elected" if candidate in stage.elected else "excluded" if candidate in stage.excluded else ""
        value = "–" if gone and not votes else _written(transcript, votes)
        keeps = f'<span class="change">{kept}</span>' if (kept := _kept(transcript, stage, candidate)) else ""
        cells.append(f"<td{f' class={kind}' if kind else ''}>{value}{delta}{keeps}</td>")
        before, gone = votes, gone or candidate in stage.excluded
    who = transcript.candidates[candidate]
    party = f' <span class="change">{escape(who.party)}</span>' if who.party else ""
    return f"<tr><td>{escape(who.name)}{party}</td>{''.join(cells)}</tr>"


def told(transcript: Transcript, stage: Stage) -> list[str]:
    """A stage in sentences: the act and its rule, every lot, and who is elected by which rule."""
    return [
        f"Stage {stage.number} ({ruled(stage.rule)}): {_act(transcript, stage)}.",
        *(f"Lot {_drawn(lot)}." for lot in stage.lots),
        *(
            f"Elected ({ruled(rule)}): {transcript.candidates[candidate].name}."
            for candidate, rule in zip(stage.elected, stage.elected_rules, strict=False)
        ),
    ]
