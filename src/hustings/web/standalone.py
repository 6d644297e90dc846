"""What came of a state in, one page out that needs nothing but itself: its sliders move the map with no server."""

import re
from dataclasses import replace
from typing import Any

from hustings.analysis.compare import Comparison
from hustings.web.state import UNIFORM, State
from hustings.web.templating import FOLDER, digest, render
from hustings.web.view import Result, followed, results, sliders, style, title_of

SCRIPTS = ("kernel.js", "live.js", "standalone.js")


def script() -> str:
    """The modules as one, without their imports and exports and the lines that are comments alone."""
    text = "\n".join((FOLDER / "static" / name).read_text(encoding="utf-8") for name in SCRIPTS)
    text = re.sub(r"^import .*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^ *//.*\n", "", text.replace("export ", ""), flags=re.MULTILINE)


def of_comparison(comparison: Comparison, command: str) -> str:
    """The page of a comparison, whatever was done to its election before."""
    election = comparison.election
    return standalone(Result(State(election=election.id, system=comparison.labels), lambda _: election, comparison), command)


def standalone(result: Result, command: str) -> str:
    """The page; `command` is the line that makes the result again.

    The sliders start from the swing of the state where the page can follow it, and else from its votes, by uniform swing.
    They move seats that go to most votes; without these among the systems there are none.
    """
    systems = result.comparison.labels
    if "fptp" in systems:
        result = replace(result, state=replace(result.state, shown=systems.index("fptp")), made=result.comparison)
    shown = results(result)
    live: dict[str, Any] | None = shown["live"] or (followed(result, result.election) if "fptp" in systems else None)
    if len(shown["map"]["cells"]) != len(result.election.main.districts):
        live = None
    model = result.state.swing if shown["live"] else UNIFORM
    if live:
        live |= {"model": model, "names": [district.name for district in result.start.main.districts]}
    labels, rows, number = shown["labels"], shown["rows"], result.state.shown
    if live:
        # The table beside the sliders is of what they move; that of all systems stands below, as it was saved.
        own = {key: [shown[key][number]] for key in ("labels", "totals", "majorities")}
        shown |= {**own, "rows": [{**row, "cells": [row["cells"][number]]} for row in rows]}
    places = sliders(result, result.moved) if shown["live"] else sliders(result, result.election, result.election)
    code, rules = script(), style(result.parties[1]) + (FOLDER / "static" / "hustings.css").read_text(encoding="utf-8")
    policy = f"default-src 'none'; img-src data:; style-src {digest(rules)}; script-src {digest(code)}; base-uri 'none'; form-action 'none'"
    return render(
        "standalone.html",
        style=rules,
        state=replace(result.state, shown=0) if live else result.state,
        results=shown,
        live=live,
        places=places,
        swing=title_of(model),
        labels=labels,
        systems=[[row["name"], *(seats or "–" for seats, _ in row["cells"])] for row in rows],
        measures=[[row["name"], *row["cells"]] for row in shown["measures"]],
        policy=policy,
        script=code,
        command=command,
        download=False,
    )
