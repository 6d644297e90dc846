"""`hustings claims`: what somebody wrote about elections, checked."""

from pathlib import Path
from typing import Annotated

import typer

from hustings.commands import AsJson, app, emit


@app.command()
def claims(file: Annotated[Path, typer.Argument(metavar="FILE", help="A claims file (TOML).")], *, as_json: AsJson = False) -> None:
    """Each statement of a claims file beside what the data say."""
    from hustings.analysis.claims import check
    from hustings.analysis.claims_file import read_claims

    findings = check(read_claims(file))
    if as_json:
        emit({"claims": [finding.as_json() for finding in findings]})
    else:
        for finding in findings:
            verdict = {True: "holds", False: "DOES NOT HOLD", None: "no data or not decidable"}[finding.holds]
            claimed, found = finding.as_text()
            typer.secho(f"{finding.id}: {verdict}", bold=True)
            typer.echo(f"  “{finding.text}”{f' ({finding.claim.source})' if finding.claim.source else ''}\n  claimed {claimed}, found {found}")
            if finding.note:
                typer.secho(f"  {finding.note}", dim=True)
    if any(finding.holds is False for finding in findings):
        raise typer.Exit(1)
