"""The page of elections in a real browser: drag, switch, link, download, keyboard; no violation of axe's, no request elsewhere.

How long a step of the slider takes to its frame is no test: `benchmarks/page.py` measures it.
"""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hustings import load, scenario, system
from hustings.lots import Seeded
from hustings.outcome import Outcome
from hustings.web.state import SEED, read
from web.dragging import WATCH, drag, seats, slider
from web.serving import Served

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; pip install '.[dev]' brings it")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed; pip install '.[dev]' brings it")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine; Debian's package is called chromium")

ELECTION = "/?election=uk-general/2010"
BUSY = "#results[aria-busy]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def opened(browser: Any, served: Served, wrong: list[str], **options: Any) -> Any:
    context = browser.new_context(base_url=served.url, **{"viewport": {"width": 1440, "height": 900}, **options})
    page = context.new_page()
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((served.url, "data:", "file:", "blob:")) else wrong.append(asked.url))
    return page


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    wrong: list[str] = []
    found = opened(browser, served, wrong)
    yield found
    found.context.close()
    assert wrong == []


def settled(page: Any) -> None:
    """The server has answered, and the address says what is shown."""
    sync_api.expect(page.locator(BUSY)).to_have_count(0, timeout=15_000)


def outcome(query: str, name: str = "fptp") -> Outcome:
    election = load(read(query).election)
    for text in read(query).scenarios():
        election = election.given(scenario.parse(text))
    found: Outcome = election.under(system.parse(name), Seeded(SEED))
    return found


def exactly(query: str, name: str = "fptp") -> dict[str, int]:
    return outcome(query, name).by_party


def test_drag_labour_down_and_the_conservatives_up(page: Any) -> None:
    page.goto(ELECTION)
    before = seats(page)
    assert {"con": 306, "lab": 258, "ld": 57}.items() <= before.items()  # as in the House of Commons Library's briefing SN05544
    page.evaluate(WATCH)
    drag(page, slider("lab"), -12.0, 20)
    page.wait_for_url("**/?to=lab=*")
    settled(page)
    drag(page, slider("con"), +10.0, 20)
    steps = page.evaluate("steps")
    assert len(steps) == 40
    assert len({shown for _, shown in steps}) > 30  # the map and the table went along, at nearly every step
    at_once = seats(page)
    colours = page.evaluate("[...document.querySelectorAll('#hexagons use')].map((cell) => cell.getAttribute('class')).join(' ')")
    settled(page)
    query = page.url.partition("?")[2]
    assert set(dict(read(query).to)) == {"con", "lab"}
    assert seats(page) == at_once == exactly(query)
    assert page.evaluate("[...document.querySelectorAll('#hexagons use')].map((cell) => cell.getAttribute('class')).join(' ')") == colours
    with page.expect_event("load"):
        page.go_back()
    assert set(dict(read(page.url.partition("?")[2]).to)) == {"lab"}
    assert seats(page) == exactly(page.url.partition("?")[2])


def test_the_page_and_the_server_agree_on_many_swings(page: Any) -> None:
    """Votes of every district by the page's own arithmetic are those of the exact scenario, and seats but for lots."""
    chance = random.Random(2010)
    page.goto(ELECTION)
    for _ in range(25):
        model = chance.choice(["uniform-swing", "proportional-swing", "piecewise"])
        named: dict[str, dict[str, float]] = {
            "": {p: chance.randrange(150, 420) / 1000 for p in chance.sample(["con", "lab"], chance.randrange(1, 3))}
        }
        if chance.random() < 0.5:
            named["Scotland"] = {"snp": chance.randrange(100, 500) / 1000}
            if model != "uniform-swing":
                del named[""]
        if chance.random() < 0.3:
            named["Northern Ireland"] = {"dup": chance.randrange(100, 400) / 1000}
        votes, found = page.evaluate(
            """async ([named, model]) => {
              const { prepare, swung } = await import("/static/kernel.js");
              const base = prepare(JSON.parse(document.getElementById("live").textContent));
              const made = swung(base, named, model);
              return [made.votes.map((row) => [...row].map((number) => Math.max(0, number))), made.seats];
            }""",
            [named, model],
        )
        figures = ",".join(f"{place}{'.' if place else ''}{party}={share * 100:g}" for place, some in named.items() for party, share in some.items())
        query = f"swing={model}&to={figures}"
        exact = outcome(query)
        assert votes == exact.tally.votes.tolist(), query
        if not exact.lots:
            assert found == exact.total.tolist(), query


def test_switch_the_system_and_give_the_link_away(page: Any, browser: Any, served: Served) -> None:
    page.goto(f"{ELECTION}&to=con=38")
    for name in ("stv", "ams"):
        page.locator("#add").select_option(name)
        page.wait_for_url(f"**system={name}**")
    page.get_by_role("link", name="Single transferable vote").click()
    page.wait_for_url("**shown=1**")
    shown = page.locator("table.seats").inner_text()
    found = seats(page)
    assert found == exactly("to=con=38", "stv")
    wrong: list[str] = []
    other = opened(browser, served, wrong)
    other.goto(page.url)
    assert other.locator("table.seats").inner_text() == shown
    assert other.locator("[aria-current=true]").inner_text() == "Single transferable vote"
    other.context.close()
    assert not wrong


def test_a_cell_of_the_matrix_of_tactical_voting_is_written_over(page: Any) -> None:
    page.goto(ELECTION)
    page.get_by_text("Tactical voting", exact=True).click()
    page.locator("#tactical").select_option("closeness")
    page.wait_for_url("**/?tactical=closeness")
    page.locator("summary", has_text="Con against Lab").click()
    page.get_by_label("Liberal Democrat to Labour, where Con and Lab come first, per cent").fill("45")
    page.keyboard.press("Tab")
    page.wait_for_url("**/?tactical=closeness&matrix=con-lab.ld.lab=45")
    settled(page)
    query = page.url.partition("?")[2]
    assert seats(page) == exactly(query) != exactly("tactical=closeness")
    assert page.locator("#link").input_value() == page.url
    sync_api.expect(page.locator("[aria-labelledby=how] pre").first).to_contain_text("tactical:model=closeness,con-lab.ld.lab=0.45")
    page.reload()
    assert page.get_by_label("Liberal Democrat to Labour, where Con and Lab come first, per cent").input_value() == "45"


def test_a_swing_that_the_page_does_not_know_is_left_to_the_server(page: Any) -> None:
    page.goto(ELECTION)
    for model in ("elasticity", "strong-transition"):
        page.locator("#swing").select_option(model)
        page.wait_for_url(f"**swing={model}**")
        page.locator("[id='to.lab']").fill("25")
        page.locator("[id='to.lab']").press("Enter")
        page.wait_for_url("**to=lab=25**")
        settled(page)
        assert seats(page) == exactly(f"to=lab=25&swing={model}")
        shares = load("uk-general/2010").given(scenario.parse(f"{model}:to=true,lab=0.25")).main.counted()
        britain = [row for row, district in enumerate(load("uk-general/2010").main.districts) if district.country != "Northern Ireland"]
        votes = shares.votes[britain].sum(axis=0)
        con = [party.id for party in shares.parties].index("con")
        assert page.locator("[id='to.con']").get_attribute("placeholder") == f"{100 * votes[con] / votes.sum():.1f}"


def test_a_share_that_is_not_reached_is_said_at_once_and_by_the_server(page: Any) -> None:
    """In districts where Labour had less than the swing takes, it has nothing, and so more than 19.7 per cent of the whole."""
    page.goto("/?to=lab=19.7")
    said = page.locator("p:has([id='to.lab']) [data-reached]")
    assert said.inner_text() == "comes to 20.2"
    page.locator("[id='to.lab']").fill("29")
    assert said.inner_text() == ""
    page.locator("[id='to.lab']").fill("19.7")
    assert said.inner_text() == "comes to 20.2"
    settled(page)


def test_what_cannot_be_does_not_stand_beside_what_is_not_its_result(browser: Any, served: Served) -> None:
    page = opened(browser, served, [])  # the console says that the server refused
    page.goto("/?to=lab=19.7")
    shown = seats(page)
    page.locator("[id='to.lab']").fill("150")
    page.locator("#results > .error").wait_for()
    settled(page)
    assert seats(page) == shown
    assert "the last result that there was" in page.locator("#results > .hint").inner_text()
    assert float(page.locator(".head").evaluate("each => getComputedStyle(each).opacity")) < 1
    page.locator("[id='to.lab']").fill("30")
    page.wait_for_url("**to=lab=30")
    settled(page)
    assert page.locator("#results > .error").count() == 0
    page.context.close()


def test_while_the_server_works_what_is_old_is_dimmed(page: Any) -> None:
    page.goto(ELECTION)
    page.route("**/result?**", lambda route: (page.wait_for_timeout(1200), route.continue_()))
    page.locator("#swing").select_option("elasticity")
    page.wait_for_timeout(900)
    assert float(page.locator(".head").evaluate("each => getComputedStyle(each).opacity")) < 0.9
    settled(page)
    page.locator("#swing").select_option("uniform-swing")
    page.wait_for_url(lambda url: "swing" not in url)
    settled(page)
    page.locator("[id='to.lab']").fill("36")
    assert page.locator("#whether").inner_text() == "If the votes changed as entered"
    page.wait_for_timeout(900)
    assert page.locator(".head").evaluate("each => getComputedStyle(each).opacity") == "1"  # it follows
    assert float(page.locator("#districts").evaluate("each => getComputedStyle(each.parentElement).opacity")) < 0.9
    settled(page)


def test_the_parties_to_click_go_along(page: Any) -> None:
    page.goto("/?coalition=con,ld")
    assert page.locator("#sum").inner_text().startswith("363 of 650 seats")
    page.locator("[id='to.lab']").fill("36")
    shown = seats(page)
    assert page.locator("#sum").inner_text().startswith(f"{shown['con'] + shown['ld']} of 650 seats")
    settled(page)


def test_districts_are_found_by_party_and_without_accents(page: Any) -> None:
    page.goto(ELECTION)
    for wanted, found in (("labour", 258), ("liberal democrat", 57), ("Ynys Mon", 1), ("plaid cymru", 3)):
        page.locator("#search").fill(wanted)
        listed = page.locator("#table tbody tr:not([hidden])")
        assert listed.count() == int(page.locator("#found").inner_text())
        # Labour's name is part of the Social Democratic and Labour Party's, and of places'.
        assert found <= listed.count() <= found + 10, wanted


def test_a_list_that_is_gone_through_by_keys_waits_for_enter(page: Any) -> None:
    page.goto(ELECTION)
    page.locator("#election").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(300)
    assert page.url.endswith("/") or page.url.endswith(ELECTION)
    page.keyboard.press("Enter")
    page.wait_for_url("**election=uk-general/2017")
    assert page.evaluate("document.activeElement.id") == "election"
    page.locator("#add").focus()
    page.keyboard.type("Single t", delay=50)
    page.keyboard.press("Tab")
    page.wait_for_url("**system=fptp&system=stv")
    page.wait_for_function("() => document.activeElement.id === 'range.con'")


def test_another_election_drops_what_it_has_not(page: Any) -> None:
    page.goto("/?to=lab=30,ukip=10&coalition=con,ukip")
    page.locator("#election").select_option("uk-general/2019")
    page.wait_for_url("**election=uk-general/2019&to=lab=30&coalition=con")
    assert "ukip 10%, ukip in a coalition" in page.locator("#results > .error").inner_text()
    assert seats(page) == exactly("election=uk-general/2019&to=lab=30")


def test_one_system_stays(page: Any) -> None:
    page.goto(ELECTION)
    page.locator("[id='system.fptp']").click()
    assert page.locator("[id='system.fptp']").is_checked()
    assert page.locator("#last").is_visible()


def test_partners_and_a_pact_of_the_past_are_one_or_the_other(page: Any) -> None:
    page.goto("/?pact=lab%2Bld")
    page.locator("#pact").select_option("unite-to-remain-2019")
    page.wait_for_url("**pact=unite-to-remain-2019")
    settled(page)
    page.locator("[name=partner][value=lab]").check()
    page.locator("[name=partner][value=ld]").check()
    page.wait_for_url("**pact=lab**ld")
    settled(page)


def test_the_first_screen_has_systems_and_sliders(page: Any) -> None:
    page.goto(ELECTION)
    for there in ("#add", "[id='range.con']", "[id='range.lab']"):
        box = page.locator(there).bounding_box()
        assert box["y"] + box["height"] < 900, there


def test_the_link_is_whole(page: Any, served: Served) -> None:
    page.goto("/?to=con=40")
    assert page.locator("#link").input_value() == f"{served.url}/?to=con=40"
    page.locator("[id='with.con']").check()
    address, query = page.locator("#link").input_value().split("?")
    assert address == f"{served.url}/"
    assert read(query) == read("to=con=40&coalition=con")


def test_without_scripts_the_form_does_it(browser: Any, served: Served) -> None:
    context = browser.new_context(base_url=served.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(ELECTION)
    page.locator("[id='to.con']").fill("40")
    page.locator("#add").select_option("ams")
    page.get_by_role("button", name="Show the result").click()
    assert page.url.endswith("/?to=con=40&system=fptp&system=ams")
    page.locator("[id='with.con']").check()
    page.get_by_role("button", name="Count them").click()
    assert "coalition=con" in page.url
    context.close()


def test_the_page_that_was_downloaded_works_with_the_network_off(browser: Any, served: Served, tmp_path: Path) -> None:
    answer = httpx.get(f"{served.url}/download/hustings.html?to=con=37&system=fptp&system=ams", timeout=60)
    assert answer.status_code == 200
    assert len(answer.content) < 250_000
    file = tmp_path / "page.html"
    file.write_bytes(answer.content)
    wrong: list[str] = []
    page = opened(browser, served, wrong, offline=True)
    page.goto(file.as_uri())
    page.evaluate(WATCH)
    drag(page, slider("lab"), -8.0, 20)
    drag(page, slider("con"), +6.0, 20)
    steps = page.evaluate("steps")
    assert len(steps) == 40
    given = {party: page.locator(f"[id='to.{party}']").input_value() for party in ("con", "lab")}
    found = {party: number for party, number in seats(page).items() if number}
    assert found == exactly(f"to=con={given['con']},lab={given['lab']}")
    assert page.locator("#whether").inner_text() == "If the votes changed as entered"
    page.locator("[id='to.lab']").fill("90")
    assert "cannot be together" in page.locator("#cannot").inner_text()
    page.locator("[id='to.lab']").fill(given["lab"])
    assert page.locator("#cannot").is_hidden()
    page.get_by_text("Every district, as the sliders stand").click()
    sync_api.expect(page.locator("#list tr")).to_have_count(650)
    page.locator("#search").fill("Brighton, Pavilion")
    assert page.locator("#list tr").count() == 1
    page.context.close()
    assert not wrong


def test_the_keyboard_alone_does_it(page: Any) -> None:
    page.goto(ELECTION)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    while page.evaluate("document.activeElement.type") != "range":
        page.keyboard.press("Tab")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settled(page)
    assert dict(read(page.url.partition("?")[2]).to)["con"] == "37.9"
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("41")
    page.keyboard.press("Enter")
    page.wait_for_url("**to=con=41")
    assert seats(page) == exactly("to=con=41")
    page.locator("[id='with.con']").focus()
    page.keyboard.press("Space")
    assert page.locator("#sum").inner_text().startswith(f"{seats(page)['con']} of 650 seats")
    page.locator("#search").focus()
    page.keyboard.type("brighton")
    assert page.locator("#found").inner_text() == "2"
    page.get_by_role("button", name="Lead, points").focus()
    page.keyboard.press("Enter")
    assert page.locator("#table th[aria-sort=ascending]").inner_text().startswith("Lead")


def test_focus_can_be_seen(page: Any) -> None:
    page.goto(ELECTION)
    for _ in range(60):
        page.keyboard.press("Tab")
        seen = page.evaluate("(() => { const style = getComputedStyle(document.activeElement); return [style.outlineStyle, style.outlineWidth]; })()")
        assert seen == ["solid", "3px"], page.evaluate("document.activeElement.outerHTML")[:200]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 320)])
@pytest.mark.parametrize(
    "address", [ELECTION, "/?to=con=40&system=stv&system=ams&project=yes&shown=1", "/?to=con=90,lab=30", "/?tactical=fixed", "/nowhere"]
)
def test_axe_finds_nothing(browser: Any, served: Served, scheme: str, width: int, address: str) -> None:
    context = browser.new_context(base_url=served.url, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, json.dumps(found.response["violations"], indent=1)[:3000]
    context.close()


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize(
    "address", [ELECTION, "/?to=con=40&system=fptp&system=stv&system=ams&project=yes", "/?election=uk-general/1997&tactical=fixed"]
)
def test_nothing_is_wider_than_the_screen(browser: Any, served: Served, width: int, address: str) -> None:
    context = browser.new_context(base_url=served.url, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_every_column_of_the_api_is_read_on_a_narrow_screen(browser: Any, served: Served) -> None:
    context = browser.new_context(base_url=served.url, viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto("/api")
    cut = page.evaluate("[...document.querySelectorAll('.result .scroll')].filter((each) => each.scrollWidth > each.clientWidth).length")
    assert cut == 0
    context.close()


def test_the_first_load_is_small(browser: Any, served: Served) -> None:
    wrong: list[str] = []
    page = opened(browser, served, wrong)
    sizes = []
    page.on("response", lambda answer: None if answer.url.startswith("data:") else sizes.append(len(answer.body())))
    page.goto(ELECTION, wait_until="networkidle")
    assert 50_000 < sum(sizes) < 300_000  # unpacked; on the wire it is a quarter
    assert not wrong
    page.context.close()
