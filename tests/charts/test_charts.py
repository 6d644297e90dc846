"""The laws of every chart, and what is peculiar to each."""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hustings as hs
from charts.examples import GOLDEN, drawn, outcome, polls, projection, sparta, things
from hustings import drawing
from hustings.charts import NEEDS, chart, draw, figure, save
from hustings.charts.map import in_blocks, placed
from hustings.charts.seats import arch
from hustings.charts.transfers import NON_TRANSFERABLE, flows
from hustings.election import Candidate, Election, Party
from hustings.errors import DataError, SettingError, UnknownName, Unsuitable
from hustings.facts import fact
from hustings.lots import Seeded
from hustings.outcome import Outcome
from strategies import party_elections

SVG = "{http://www.w3.org/2000/svg}"
EVIL = """<script>alert("x")</script> & 'quotes' \0\x1b]]>"""
NAMES = sorted(chart)


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def texts(svg: str) -> str:
    """All that is written on the picture."""
    return " ".join(element.text or "" for element in parsed(svg).iter(f"{SVG}text"))


def box(svg: str) -> tuple[float, float]:
    _, _, width, height = map(float, parsed(svg).attrib["viewBox"].split())
    return width, height


def marks(svg: str, kind: str, title: str = "") -> list[ET.Element]:
    """Marks of a kind that carry a title of their own."""
    found = [element for element in parsed(svg).iter(f"{SVG}{kind}") if element.find(f"{SVG}title") is not None]
    return [element for element in found if title in (element.findtext(f"{SVG}title") or "")]


def named(election: Election, name: str) -> Election:
    """The same election, everything in it called so."""
    contest = election.main
    tally = contest.counted()
    parties = tuple(Party(f"{name}{number}", f"{name}{number}") for number in range(len(tally.parties)))
    districts = tuple(replace(district, name=name, region=name, county=name) for district in contest.districts)
    return replace(election, contests=(replace(contest, districts=districts, tally=replace(tally, parties=parties)),))


def evil(takes: str) -> Any:
    election = named(hs.load("uk-general", "2010").where({"county": ["Durham"]}), EVIL)
    parties = tuple(Party(f"{EVIL}{number}", f"{EVIL}{number}") for number in range(3))
    people = tuple(Candidate(f"{EVIL} {number}", EVIL) for number in range(len(sparta().candidates)))
    polled = polls(parties)
    made: Outcome = election.under(hs.system["fptp"]())
    return {
        "outcome": made,
        "comparison": hs.compare(election, ["fptp", "list-pr"]),
        "transcript": replace(sparta(), name=EVIL, candidates=people),
        "change": (made, replace(made, seats=made.seats[:, np.argsort(-made.tally.total, kind="stable")[::-1]][:, ::-1])),
        "projection": projection(parties),
        "polls": SimpleNamespace(**{**vars(polled), "pollsters": [EVIL] * 11, "source": EVIL}),
        "scores": SimpleNamespace(**{**vars(things()["scores"]), "swing": EVIL}),
    }[takes]


@pytest.mark.parametrize("name", NAMES)
class TestEveryChart:
    def test_says_what_it_is(self, name: str) -> None:
        entry = chart.entry(name)
        assert entry.cites
        assert entry.doc
        assert entry.traits["takes"] in NEEDS
        assert {"width", "dark", "light", "title"} <= {setting.name for setting in entry.settings}

    def test_is_a_picture_with_title_description_and_source(self, name: str) -> None:
        svg = drawn(name)
        root = parsed(svg)
        title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert desc is not None
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {desc.attrib['id']}"
        assert title.text
        assert len(desc.text or "") > 40
        assert "Hustings" in texts(svg)
        assert "nan" not in svg

    def test_is_the_same_every_time(self, name: str) -> None:
        assert drawn(name) == drawn(name)

    def test_is_as_it_was(self, name: str) -> None:
        """A snapshot of our own: `PYTHONPATH=tests python -m charts.examples` writes it anew, and then somebody looks at it."""
        assert drawn(name) == (GOLDEN / f"{name}.svg").read_text(encoding="utf-8")

    def test_stays_inside(self, name: str) -> None:
        width, height = box(drawn(name))
        for element in parsed(drawn(name)).iter(f"{SVG}text"):
            for x in element.attrib["x"].split():
                assert -1 <= float(x) <= width + 1
            assert all(0 <= float(y) <= height for y in element.attrib["y"].split())

    def test_follows_its_reader_unless_told(self, name: str) -> None:
        dark, light = (f"#{drawing.GROUNDS[ground][1:]}" for ground in (1, 0))
        assert "prefers-color-scheme:dark" in drawn(name)
        assert dark in drawn(f"{name}:dark=true")
        assert f"fill:{light}" not in re.sub(r"\.k\d+\{[^}]*\}", "", drawn(f"{name}:dark=true"))
        assert dark not in drawn(f"{name}:light=true")
        with pytest.raises(SettingError, match="not both"):
            drawn(f"{name}:dark=true,light=true")

    def test_takes_a_width_and_a_title(self, name: str) -> None:
        root = parsed(drawn(f"{name}:width=900,title=My own"))
        assert root.attrib["width"] == "900"
        assert root.findtext(f"{SVG}title") == "My own"

    def test_escapes_what_users_wrote(self, name: str) -> None:
        svg = draw(name, evil(chart.entry(name).traits["takes"]))
        assert "<script" not in svg
        assert "alert" in svg
        assert "\0" not in svg
        parsed(svg)
        assert "<script" not in figure(name, evil(chart.entry(name).traits["takes"]))

    def test_has_a_table(self, name: str) -> None:
        header, rows = chart.parse(name).table(things()[chart.entry(name).traits["takes"]])
        assert rows
        assert all(len(row) == len(header) for row in rows)
        assert figure(name, things()[chart.entry(name).traits["takes"]]).count("<tr>") == len(rows) + 1

    def test_rules_are_its_own(self, name: str) -> None:
        """Styles inside a page are the page's: each rule begins with the id of the picture."""
        svg = drawn(name)
        id_ = parsed(svg).attrib["id"]
        style = parsed(svg).findtext(f"{SVG}style") or ""
        rules = re.findall(r"([^{}]+)\{[^{}]*\}", style.replace("@media (prefers-color-scheme:dark){", ""))
        assert all(selector.strip().lstrip("}").startswith(f"#{id_}") for rule in rules for selector in rule.split(","))


@pytest.mark.parametrize("name", ["map", "seats", "votes-seats"])
@pytest.mark.parametrize("system", ["fptp", "list-pr", "ams", "stv"])
def test_every_party_with_seats_is_named(name: str, system: str) -> None:
    result = outcome("2010", system)
    svg = draw(name, result)
    dresses = drawing.dressed([result.parties[column] for column in drawing.ranked(result)])
    for dress in dresses.values():
        assert dress.short in texts(svg) or dress.name in texts(svg)
    assert len({dress.letter for dress in dresses.values()}) == len(dresses)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(election=party_elections())
def test_generated_elections_can_be_drawn(election: Election) -> None:
    comparison = hs.compare(election, ["list-pr", "fptp"], [], lots=Seeded(7))
    for name in ("map", "seats", "votes-seats", "systems"):
        parsed(draw(name, comparison))


def test_a_hexagon_for_each_district() -> None:
    svg = draw("map", outcome("2010"))
    assert len(marks(svg, "path")) == 650
    assert len({path.attrib["d"] for path in marks(svg, "path")}) == 650
    assert len(svg) < 85_000


def test_north_is_up() -> None:
    svg = draw("map", outcome("2010"))

    def height(name: str) -> float:
        return float(re.findall(r"M\S+ ([\d.]+)", marks(svg, "path", f"{name}: ")[0].attrib["d"])[0])

    assert height("Orkney and Shetland") < height("Edinburgh East") < height("Hexham") < height("St Ives")


@pytest.mark.parametrize(("system", "hexagons"), [("stv", 650), ("list-pr", 650), ("ams", 650 + 325)])
def test_merged_districts_hold_the_places_of_their_parts(system: str, hexagons: int) -> None:
    result = outcome("2010", system)
    lists = int(result.seats[len(result.tally.votes) :].sum())
    assert len(placed(result)) == 650
    assert len(marks(draw("map", result), "path")) == 650 + lists == hexagons


def test_without_a_layout_districts_are_packed_by_region() -> None:
    result = replace(outcome("2010"), layout={})
    svg = draw("map", result)
    assert len(marks(svg, "path")) == 650
    blocks = in_blocks(result.districts)
    assert [len(rows) for _, rows in blocks] == sorted((len(rows) for _, rows in blocks), reverse=True)
    assert all(name in texts(svg) for name, _ in blocks)
    assert {result.districts[row].region for _, rows in blocks[:1] for row in rows} == {"South East"}


@given(house=st.integers(1, 900))
@settings(max_examples=60, deadline=None)
def test_an_arch_has_every_seat_apart_from_the_others(house: int) -> None:
    dots = list(arch(house))
    assert len(dots) == house
    assert [x for x, _, _ in dots[:1]] <= [0.01]
    if house < 120:
        assert all((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 >= (1.9 * a[2]) ** 2 for a, b in combinations(dots, 2))


def test_an_arch_has_a_dot_for_each_seat_inside_the_picture() -> None:
    svg = draw("seats", outcome("2010"))
    width, height = box(svg)
    dots = list(parsed(svg).iter(f"{SVG}circle"))
    assert len(dots) == 650
    for dot in dots:
        x, y, radius = (float(dot.attrib[name]) for name in ("cx", "cy", "r"))
        assert radius <= x <= width - radius
        assert radius <= y <= height - radius
    assert len(svg) < 40_000


def test_parties_sit_in_the_order_asked_for() -> None:
    svg = draw("seats:order=lab+ld", outcome("2010"))
    sides = [element.findtext(f"{SVG}title") or "" for element in parsed(svg).iter(f"{SVG}g") if element.find(f"{SVG}title") is not None]
    assert [side.partition(":")[0] for side in sides[:3]] == ["Labour", "Liberal Democrat", "Conservative"]


def test_swing_is_butlers() -> None:
    """By its definition, district by district; the Speaker's and Northern Ireland's districts have none."""
    before, after = outcome("2015"), outcome("2017")
    _, rows = chart.parse("swing:towards=con,away=lab").table((before, after))
    found = {name: float(swing) for name, swing, _ in rows if swing != "–"}
    for row, district in enumerate(after.districts):
        then = next(number for number, other in enumerate(before.districts) if other.id == district.id)

        def share(result: Outcome, at: int, party: str) -> float:
            column = [one.id for one in result.parties].index(party)
            return 100 * float(result.tally.votes[at, column]) / float(result.tally.votes[at].sum())

        if district.country != "Northern Ireland" and district.name != "Buckingham":
            con, lab = (share(after, row, party) - share(before, then, party) for party in ("con", "lab"))
            assert found[district.name] == pytest.approx((con - lab) / 2, abs=0.006)
    assert len(found) == 631


def test_seats_that_change_hands() -> None:
    """House of Commons Library, General Election 2017: results and analysis (CBP-7979), 2nd ed. 2019, summary."""
    _, rows = chart.parse("swing").table((outcome("2015"), outcome("2017")))
    pairs = [gained.split(" from ") for _, _, gained in rows if gained]
    gains, losses = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    assert len(pairs) == 70
    assert (gains["con"], losses["con"]) == (20, 33)
    assert (gains["lab"], losses["lab"]) == (36, 6)
    assert (gains["ld"], losses["ld"]) == (8, 4)
    assert (gains["snp"], losses["snp"]) == (0, 21)
    assert "70 seats change hands" in texts(draw("swing", (outcome("2015"), outcome("2017"))))


def test_a_swing_needs_districts_in_common_and_two_parties() -> None:
    with pytest.raises(Unsuitable, match="no district in common"):
        draw("swing", (outcome("2010", county="Durham"), outcome("2010", county="Kent")))
    with pytest.raises(UnknownName, match="party of both elections"):
        draw("swing:towards=whigs", (outcome("2015"), outcome("2017")))
    svg = draw("swing", (outcome("2010"), outcome("2010", "av")))
    assert "Seats that change hands" in texts(svg)
    assert "swing in points" not in texts(svg)


@pytest.mark.parametrize("method", ["scotland-2007", "meek", "northern-ireland", "borda", "schulze"])
def test_flows_are_what_passed(method: str) -> None:
    election = hs.load("uk-general", "2010").where({"county": ["Durham"]}).given(hs.scenario.parse("regroup")).given(hs.scenario.parse("rankings"))
    assert election.main.profiles
    transcript = hs.count(election.main.profiles[0], 1 if method in {"borda", "schulze"} else 5, hs.method.parse(method), where="Durham")
    for before, stage in zip(transcript.stages, transcript.stages[1:], strict=False):
        for to, units in Counter({to: 0.0 for _, to, _ in flows(before, stage)}).items():
            got = sum(worth for _, other, worth in flows(before, stage) if other == to)
            gained = stage.non_transferable - before.non_transferable if to == NON_TRANSFERABLE else stage.votes[to] - before.votes[to]
            assert units == 0.0
            assert to in stage.who or got == pytest.approx(float(gained), abs=1)
    svg = draw("transfers", transcript)
    assert all(candidate.name in texts(svg) for candidate in transcript.candidates)
    assert len(svg) < 60_000


def test_a_count_without_stages_can_be_drawn() -> None:
    parsed(draw("transfers", replace(sparta(), stages=(), elected=(0,), quota=None)))


def test_every_colour_stands_out() -> None:
    """WCAG 2.2, 1.4.11 (3:1) for marks and 1.4.3 (4.5:1) for what is written on them and around them."""
    known = {id_: (party["colour"], party["dark"]) for id_, party in fact("parties").items()}
    tones = {f"tone {number}": drawing._tone(number) for number in range(drawing.TONES)}
    for name, colours in (known | tones).items():
        for colour, ground in zip(colours, drawing.GROUNDS, strict=True):
            assert drawing.contrast(colour, ground) >= 3, (name, colour, ground)
            assert drawing.contrast(drawing.ink_on(colour), colour) >= 4.5, (name, colour)
    for kind, least in {"text": 4.5, ".soft": 4.5, ".mute": 3, ".edge": 3}.items():
        for colour, ground in zip(drawing.THEME[kind][1:], drawing.GROUNDS, strict=True):
            assert drawing.contrast(colour, ground) >= least, kind
    assert drawing.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert len(set(tones.values())) == drawing.TONES


def dressed(ids: Sequence[str]) -> dict[str, drawing.Dress]:
    return drawing.dressed([Party(id_) for id_ in ids])


def test_unknown_parties_have_stable_colours_of_their_own() -> None:
    one, other = dressed(["roundheads", "cavaliers", "levellers"]), dressed(["levellers", "roundheads", "cavaliers"])
    assert {id_: (dress.light, dress.dark) for id_, dress in one.items()} == {id_: (dress.light, dress.dark) for id_, dress in other.items()}
    many = dressed([f"party {number}" for number in range(drawing.TONES)])
    assert len({dress.light for dress in many.values()}) == drawing.TONES
    assert len({dress.letter for dress in dressed([f"p{number}" for number in range(70)]).values()} - {""}) == 62


@pytest.mark.parametrize("name", ["Labour", "labour party", "lab", "LAB"])
def test_a_party_is_known_by_its_names(name: str) -> None:
    assert dressed([name])[name].light == fact("parties")["lab"]["colour"]


def test_texts_are_cut_and_wrapped() -> None:
    assert drawing.width_of(drawing.clip("A name that is much too long to stand there", 80)) <= 80
    assert drawing.clip("Leeds", 80) == "Leeds"
    assert all(drawing.width_of(line) <= 100 for line in drawing.wrap("Contains Parliamentary information licensed " * 3, 100))


@given(low=st.floats(-1e3, 1e3), span=st.floats(0.01, 1e4))
def test_ticks_are_few_and_inside(low: float, span: float) -> None:
    found = drawing.ticks(low, low + span)
    assert len(found) <= 7
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in found)


def test_a_chart_of_several_is_one_picture() -> None:
    comparison = things()["comparison"]
    root = parsed(draw("map", comparison))
    assert [child.attrib["role"] for child in root.iter(f"{SVG}svg")] == ["group", "img", "img"]
    assert len({child.attrib["id"] for child in root.iter(f"{SVG}svg") if "id" in child.attrib}) == 2
    assert "2 systems" in texts(draw("systems", comparison))


def test_a_chart_says_what_it_needs() -> None:
    with pytest.raises(Unsuitable, match="chart transfers draws the stages of a count"):
        draw("transfers", outcome("2010"))
    with pytest.raises(Unsuitable, match="chart systems draws a comparison"):
        draw("systems", sparta())
    with pytest.raises(Unsuitable, match="chart polls draws polls"):
        draw("polls", projection())
    with pytest.raises(Unsuitable, match="two outcomes"):
        draw("swing", outcome("2010"))
    with pytest.raises(SettingError, match="650 pictures; narrow"):
        draw("transfers", outcome("2010", "av"))
    with pytest.raises(UnknownName, match="did you mean map"):
        draw("maps", outcome("2010"))


def test_a_chart_is_saved_by_its_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="there is no folder"):
        save(drawn("map"), tmp_path / "new" / "map.svg")
    (tmp_path / "new").mkdir()
    save(drawn("map"), tmp_path / "new" / "map.svg")
    assert (tmp_path / "new" / "map.svg").read_text(encoding="utf-8") == drawn("map")
    with pytest.raises(SettingError, match=r"\.svg, \.png or \.pdf"):
        save(drawn("map"), tmp_path / "map.gif")
    with pytest.raises(DataError, match="cannot be written"):
        save(drawn("map"), tmp_path / "new" / "map.svg" / "map.svg")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(SettingError, match=r"hustings\[charts\]"):
        save(drawn("map"), tmp_path / "map.png")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "new"]


@pytest.mark.parametrize(("ending", "head"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_pictures_of_dots_and_paper(ending: str, head: bytes, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    save(drawn("seats"), tmp_path / f"seats.{ending}")
    assert (tmp_path / f"seats.{ending}").read_bytes().startswith(head)
