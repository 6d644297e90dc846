"""`hustings serve`: the workbench in a browser."""

from typing import Annotated

import typer

from hustings.commands import app
from hustings.errors import SettingError


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", metavar="H", help="The address to listen on; this machine alone by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="P", min=0, max=65535, help="The port.")] = 8000,
    *,
    name: Annotated[list[str] | None, typer.Option("--name", metavar="NAME", help="A name by which visitors reach it; repeatable.")] = None,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=1, max=64, help="How many results are computed at once.")] = 2,
    seconds: Annotated[float, typer.Option("--seconds", metavar="S", min=1, help="A result that takes longer is given up.")] = 20.0,
) -> None:
    """Open the workbench in a browser, on this machine alone by default."""
    import socket

    from hustings.web.server import run

    shown = f"[{host}]" if ":" in host else host
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise SettingError(f"{shown}:{port}: cannot listen there ({error.strerror}); choose another --port or --host") from None
    typer.echo(f"Hustings at http://{shown}:{port}/ (stop with Ctrl+C)", err=True)
    run(host, port, workers=workers, seconds=seconds, hosts=(host, *(name or ())))
