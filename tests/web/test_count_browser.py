"""The counting page in a real browser: a ward is dropped and stepped through, a tie is broken by hand, and nothing is wrong for anybody."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from web.serving import EXAMPLES, TIED, Served

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; pip install '.[dev]' brings it")
axe = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python is not installed; pip install '.[dev]' brings it")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine; Debian's package is called chromium")

SPARTA = (EXAMPLES / "sparta.blt").read_text()
DROP = """
([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  document.querySelector(".drop").dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    context = browser.new_context(base_url=served.url, viewport={"width": 1200, "height": 900})
    found = context.new_page()
    wrong: list[str] = []
    found.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on("request", lambda asked: None if asked.url.startswith((served.url, "data:")) else wrong.append(asked.url))
    yield found
    context.close()
    assert wrong == []


def test_drop_a_ward_and_step_through_its_count(page: Any) -> None:
    page.goto("/count")
    page.evaluate(DROP, ["ward.blt", SPARTA])
    page.wait_for_selector("text=Sparta, an example")
    assert page.locator(".stages > li:visible h3").inner_text().startswith("Stage 1: first preferences")
    page.click("button.next")
    assert page.locator(".stages > li:visible h3").inner_text().startswith("Stage 2: transfer of surplus of Castor")
    page.locator("section.count h2").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("output").inner_text() == "Stage 3 of 3"
    assert page.locator("button.next").is_disabled()
    page.locator(".stepper input").focus()
    page.keyboard.press("Home")
    assert page.locator("output").inner_text() == "Stage 1 of 3"
    assert page.locator(".drawn svg").is_visible()
    veil = page.locator(".veil").evaluate("veil => Number(veil.getAttribute('width'))")
    assert veil > 0  # what is still to come is veiled


def test_break_a_tie_by_hand_with_the_keyboard_alone(page: Any) -> None:
    page.goto("/count")
    page.set_input_files("#file", {"name": "troy.blt", "mimeType": "text/plain", "buffer": TIED})
    page.wait_for_selector("text=A lot is called for")
    assert page.evaluate("document.activeElement.id") == "tie-head"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from nobody, or Aeneas, to Briseis
    page.locator("input[value=Briseis]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Elected, in order:")
    page.click("button.next")
    assert page.locator("text=Lot (r. 51(2)): Briseis of Aeneas, Briseis (decided (by hand)).").is_visible()
    with page.expect_download() as kept:
        page.click("#lots-file")
    assert 'chosen = "Briseis"' in Path(kept.value.path()).read_text()
    with page.context.expect_page() as opened:
        page.click("text=The returning officer’s sheet")
    opened.value.wait_for_load_state()
    assert "Elected, in order" in opened.value.content()
    assert opened.value.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"


def test_without_a_script_the_form_does_all_of_it(browser: Any, served: Served) -> None:
    context = browser.new_context(base_url=served.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/count?example=troy")
    page.check("input[value=Aeneas]")
    page.click("text=Enter the lot and go on")
    assert page.locator("text=Lot (r. 51(2)): Aeneas of Aeneas, Briseis (decided (by hand)).").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_nothing_keeps_anybody_out(browser: Any, served: Served, scheme: str, width: int) -> None:
    """No violation that axe finds, and nothing to scroll sideways for."""
    context = browser.new_context(base_url=served.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    session = context.new_cdp_session(page)
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    for address in ("/count", "/count?example=sparta", "/count?example=troy", "/claims?example=half-echoes-2012", "/api"):
        page.goto(address)
        session.send("Runtime.evaluate", {"expression": script})  # not by a tag, which the policy of the page forbids
        found = page.evaluate("async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))")
        assert found == [], address
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, address
    context.close()
