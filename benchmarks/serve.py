"""Fifty visitors at the workbench for a minute: how long they wait, what goes wrong, and what the server holds.

    python benchmarks/serve.py [--visitors 50] [--seconds 60]

Each opens a page, drags the parties' shares about, changes the system, counts a ward, asks the API, and thinks in between.
"""

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import httpx

WARD = Path(__file__).parents[1] / "examples" / "sparta.blt"
ELECTIONS = (2010, 2015, 2017, 2019)
SYSTEMS = ("fptp", "av", "stv", "ams", "list-pr")


VISITED = [
    *(f"/?election=uk-general/{year}" for year in ELECTIONS),
    *(f"/result?system={name}" for name in SYSTEMS),
    *(f"/result?to=con=36,lab={share}" for share in range(25, 39)),
    "/count",
]
"""What somebody has seen before the fifty come: a server is started once. """


def held(pid: int) -> tuple[float, int, float]:
    """Memory of a process and its children [MB], how many children, and what all took of the processors until now [s]."""
    found, children, ticks = 0.0, 0, 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            parent, *times = (int((entry / "stat").read_text().rpartition(")")[2].split()[field]) for field in (1, 11, 12, 13, 14))
            if int(entry.name) == pid or parent == pid:
                children += parent == pid
                pages = int((entry / "statm").read_text().split()[1])
                found += pages * os.sysconf("SC_PAGE_SIZE") / 1e6
                ticks += sum(times if int(entry.name) == pid else times[:2])  # and of children that are gone
        except (OSError, IndexError):  # it ended just now
            continue
    return found, children, ticks / os.sysconf("SC_CLK_TCK")


async def visitor(
    client: httpx.AsyncClient, chance: random.Random, *, until: float, waits: dict[str, list[float]], wrong: list[str], fresh: float
) -> None:
    async def ask(what: str, method: str, path: str, **more: object) -> None:
        start = time.perf_counter()
        try:
            answer = await client.request(method, path, **more)  # type: ignore[arg-type]
            if answer.status_code != 200:
                wrong.append(f"{what}: {answer.status_code} {answer.text[:200]}")
        except httpx.HTTPError as error:
            wrong.append(f"{what}: {error!r}")
        waits[what].append(time.perf_counter() - start)

    async def think(least: float, most: float) -> None:
        await asyncio.sleep(chance.uniform(least, most))

    await think(0, 5)
    while time.monotonic() < until:
        await ask("page", "GET", "/", params={"election": f"uk-general/{chance.choice(ELECTIONS)}"}, follow_redirects=True)
        for name in ("hustings.css", "page.js"):
            await ask("static", "GET", f"/static/{name}")
        await think(2, 5)
        for _ in range(chance.randint(2, 4)):  # where a slider came to rest; the page itself follows it meanwhile
            labour = chance.randint(25_000, 38_000) / 1000 if chance.random() < fresh else chance.randint(25, 38)
            await ask("swing", "GET", f"/result?to=con=36,lab={labour}")
            await think(1, 3)
        await ask("system", "GET", f"/result?system={chance.choice(SYSTEMS)}")
        await think(2, 5)
        await ask("count page", "GET", "/count")
        await ask(
            "count", "POST", "/count", files={"file": ("sparta.blt", WARD.read_bytes())}, data={"method": chance.choice(("", "meek", "ireland"))}
        )
        await think(2, 5)
        await ask("api", "GET", "/api/v1/show", params={"election": "uk-general/2010", "by": chance.choice(("region", "county", "country"))})
        await think(1, 3)


async def main(visitors: int, seconds: float, fresh: float) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "hustings", "serve", "--port", str(port)])  # noqa: ASYNC220 — before anybody waits
    try:
        url = f"http://127.0.0.1:{port}"
        while True:
            try:
                httpx.get(f"{url}/api")  # noqa: ASYNC210 — as above
                break
            except httpx.TransportError:
                await asyncio.sleep(0.1)
        print(f"idle, fresh: {held(server.pid)[0]:.0f} MB")
        waits: dict[str, list[float]] = defaultdict(list)
        wrong: list[str] = []
        limits = httpx.Limits(max_connections=visitors * 2)
        async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
            for address in VISITED:
                await client.get(address, follow_redirects=True)
            until, busy, worked = time.monotonic() + seconds, os.times(), held(server.pid)[2]
            everybody = [visitor(client, random.Random(number), until=until, waits=waits, wrong=wrong, fresh=fresh) for number in range(visitors)]
            await asyncio.gather(*everybody)
        every = [wait for found in waits.values() for wait in found]
        for what, found in [*sorted(waits.items()), ("all", every)]:
            points = statistics.quantiles(found, n=100) if len(found) > 1 else found * 99
            said = [f"{name} {1000 * wait:6.0f} ms" for name, wait in (("median", points[49]), ("p95", points[94]), ("worst", max(found)))]
            print(f"{what:12} {len(found):6,} requests  ", "   ".join(said))
        print(f"errors: {len(wrong)}", *(line[:120] for line in wrong[:5]), sep="\n  ")
        print(f"the visitors took {sum(os.times()[:2]) - sum(busy[:2]):.0f} s of CPU, the machine's load is {os.getloadavg()[0]:.1f}")
        memory, workers, work = held(server.pid)
        print(f"under load: {memory:.0f} MB with {workers} workers, {1000 * (work - worked) / len(every):.0f} ms of CPU a request")
        await asyncio.sleep(63)
        memory, workers, _ = held(server.pid)
        print(f"idle, a minute later: {memory:.0f} MB with {workers} workers")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("--visitors", type=int, default=50)
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--fresh", type=float, default=0.1, help="how many swings nobody asked for before; the others are to whole per cents")
    given = words.parse_args()
    asyncio.run(main(given.visitors, given.seconds, given.fresh))
