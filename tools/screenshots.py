"""The pictures of docs/workbench.md, taken anew from a running workbench.

PYTHONPATH=tests python tools/screenshots.py
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from web.serving import serving

FOLDER = Path(__file__).parents[1] / "docs" / "_static" / "workbench"
SHOTS = {
    "elections": ("/?to=con=40,lab=25", 1280, 760, "light"),
    "systems-dark": ("/?to=con=40,lab=25&system=fptp&system=stv&system=ams", 1280, 900, "dark"),
    "narrow": ("/?to=con=40,lab=25", 320, 900, "light"),
    "narrow-result": ("/?to=con=40,lab=25#headline", 320, 900, "dark"),
}

with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served, sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (address, width, height, scheme) in SHOTS.items():
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light")
        page.goto(served.url + address)
        page.screenshot(path=FOLDER / f"{name}.png")
        page.close()
    browser.close()
