"""What a hand feels on the page of elections: from a step of a slider to the frame that shows it, and what the first load weighs.

PYTHONPATH=tests python benchmarks/page.py
"""

import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from web.dragging import WATCH, drag, slider
from web.serving import serving

ROUNDS = 5

with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served, sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    times, shown = [], 0
    for _ in range(ROUNDS):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{served.url}/?election=uk-general/2010")
        page.evaluate(WATCH)
        drag(page, slider("lab"), -12.0, 20)
        drag(page, slider("con"), +10.0, 20)
        steps = page.evaluate("steps")
        times += sorted(time for time, _ in steps)
        shown += len(steps)
        page.close()
    times.sort()
    print(f"{shown} of {40 * ROUNDS} steps shown; to the painted frame: median {statistics.median(times):.0f} ms, ", end="")
    print(f"95th percentile {times[int(0.95 * len(times))]:.0f} ms, worst {times[-1]:.0f} ms")

    page, answers = browser.new_page(), []
    page.on("response", lambda answer: answers.append(answer) if answer.ok and not answer.url.startswith("data:") else None)
    page.goto(served.url, wait_until="networkidle")
    packed = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
    unpacked = sum(len(answer.body()) for answer in answers)
    print(f"first load: {packed / 1000:.0f} kB in {len(answers)} answers, {unpacked / 1000:.0f} kB unpacked")
    browser.close()
