"""The page of elections over HTTP: one address for each state, what is refused is said, and every file can be had."""

import html
import io
import re
import zipfile
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from hustings.cli import app
from hustings.web.templating import digest

QUERY = "to=con=38,lab=27&system=fptp&system=ams"


def test_a_state_has_one_address(client: httpx.Client) -> None:
    answer = client.get("/?election=uk-general/2010&to.con=40.0&system=fptp&who=&votes=100")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?to=con=40"


def test_the_policy_names_the_one_block_of_style(client: httpx.Client) -> None:
    answer = client.get(f"/?{QUERY}")
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'self' {digest(style)};" in policy
    assert "unsafe" not in policy
    page = re.sub(r'src="data:[^"]*"', "", answer.text)
    assert not re.search(r'\sstyle=|\son\w+=|<script(?! type="(module" src="/static/|application/json))', page)
    assert not re.findall(r"(?:src|href|action)=\"(?!/|#|data:)[^\"]*", answer.text)


def test_what_was_assumed_and_how_it_is_done_stand_beside_the_result(client: httpx.Client) -> None:
    text = client.get(f"/?{QUERY}").text
    assert "swing in Great Britain: con 36.9% → 38.0%, lab 29.7% → 27.0%" in text
    assert "hustings compare uk-general/2010 --scenario uniform-swing:to=true,con=0.38,lab=0.27 --system fptp --system ams --seed 1832" in text
    assert "Contains Parliamentary information licensed under the Open Parliament Licence" in text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("to=con=90,lab=30", 400, "for all others"),
        ("to=tory=40", 200, "Left out, as uk-general/2010 has nothing of the kind: tory 40%"),
        ("swing=foo", 400, "no scenario is called &#39;foo&#39;"),
        ("swing=pact", 400, "is a scenario and no swing"),
        ("coalition=zzz", 200, "zzz in a coalition"),
        ("partner=lab&partner=ld&pact=unite-to-remain-2019", 400, "not both"),
        ("tactical=fixed&rate=4", 400, "would move more voters of a party than it has; at most 3.57"),
        ("to=lab=100", 400, "come to 100.0%, and 3.4% stay with candidates whom the source adds up"),
        ("to=con=x", 400, "is not a number"),
        ("system=none", 400, "no system is called"),
        ("election=/etc/passwd", 400, "no"),
        ("also=pact:file=/etc/passwd", 400, "is called &#39;passwd&#39;"),
        ("also=pact:file=../../../../../etc/mine", 400, "is called &#39;mine&#39;"),
        ("also=pact:file=/etc/mine.toml", 400, "files are not read by name here"),
        ("project=yes&tactical=fixed", 200, "draws votes around one swing"),
        ("project=yes&system=stv", 200, "take more time than a page has"),
        ("project=50", 400, "a page draws 10000 elections (yes) or 100"),
        ("tactical=fixed&matrix=con-lab.ld.green=5", 400, "neither a setting nor a cell"),
        ("tactical=fixed&matrix=con-lab.ld.lab=50,con-lab.ld.con=51", 400, "in shares that come to 1 at most"),
    ],
)
def test_what_cannot_be_shown_is_said(client: httpx.Client, query: str, status: int, said: str) -> None:
    answer = client.get(f"/?{query}", follow_redirects=True)
    assert answer.status_code == status
    assert said in answer.text
    assert "fault of ours" not in answer.text
    assert "Traceback" not in answer.text


def test_a_visitors_text_stays_text(client: httpx.Client) -> None:
    answer = client.get("/?also=%3Cscript%3Ealert(1)%3C/script%3E&to=con=40")
    assert "<script>alert" not in answer.text


def test_a_projection_has_intervals_and_chances(client: httpx.Client) -> None:
    text = client.get("/?to=con=38&coalition=con,ld&project=yes").text
    assert "Chances of a majority" in text
    assert "con + ld" in text
    assert "hustings project uk-general/2010 --swing uniform-swing:to=true,con=0.38" in text


def test_papers_are_projected_by_fewer_draws_and_the_page_says_how_many(client: httpx.Client) -> None:
    text = client.get("/?system=fptp&system=av&project=yes").text
    assert "10,000 elections were drawn: that gives chances to within 1 point and" in text
    assert "take more time than a page has: Alternative vote" in text
    (few,) = re.findall(r'<a href="([^"]*)">Project all of them from 100 draws', text)
    text = client.get(html.unescape(few)).text
    (said, draws) = re.search(r"((\d+) elections were drawn(?:, as many as there was time for of 100)?): that gives chances to within", text).groups()  # type: ignore[union-attr]  # it is there
    assert ("as many as there was time" in said) == (int(draws) < 100)
    assert f"--system fptp --system av --draws {draws} --seed 1832" in text


def test_the_matrix_of_tactical_voting_can_be_written_over(client: httpx.Client) -> None:
    assert 'name="matrix.' not in client.get("/").text
    text = client.get("/?tactical=fixed&matrix=con-lab.ld.lab=35").text
    fields = {name: (given, usual) for name, given, usual in re.findall(r'name="matrix\.([^"]*)"[^>]* value="([^"]*)" placeholder="([^"]*)"', text)}
    assert fields["con-lab.ld.lab"] == ("35", "20")
    assert fields["con-lab.green.lab"] == ("", "25")
    assert fields["dup-sf.sdlp.sf"] == ("", "0")  # of which the facts say nothing
    assert "ld to lab 35%, ld to con 8%" in text
    assert 'Con against Lab <span class="was">in 284 districts' in text
    assert "--scenario tactical:model=fixed,con-lab.ld.lab=0.35 --system" in text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/result/none", 404), ("POST", "/", 405), ("GET", "/static/none.css", 404)])
def test_an_address_that_is_none_is_answered_by_a_page(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert '<a href="/">Start with an election</a>' in answer.text


@pytest.mark.parametrize("name", ["hustings.csv", "hustings.json", "map.svg", "seats.svg", "votes-seats.svg", "systems.svg", "swing.svg"])
def test_files_of_text(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/download/{name}?{QUERY}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="uk-general-2010-votes-changed-{name}"'
    assert "Con" in answer.text or "con" in answer.text
    told = {"csv": "uniform-swing:con=0.38,lab=0.27,to=true", "json": "uniform-swing:to=true,con=0.38,lab=0.27"}
    assert told.get(name[9:], "votes changed (con 38%, lab 27%, uniform swing)") in squeezed(answer.text)
    assert client.get(f"/download/{name}").headers["content-disposition"] == f'attachment; filename="uk-general-2010-{name}"'
    assert "votes changed" not in client.get(f"/download/{name}?system=fptp&system=ams").text


def squeezed(svg: str) -> str:
    """The text of a picture's title, whose lines are elements of their own."""
    return " ".join(re.sub(r"<[^>]*>", " ", svg).split())


def test_every_row_of_a_table_says_by_what_votes_were_changed(client: httpx.Client) -> None:
    (header, *rows) = client.get(f"/download/hustings.csv?{QUERY}").text.splitlines()
    assert header == "election,system,party,votes,seats,scenario"
    assert all(row.endswith(',"uniform-swing:con=0.38,lab=0.27,to=true"') for row in rows)
    assert all(row.endswith(",") for row in client.get("/download/hustings.csv").text.splitlines()[1:])
    book = zipfile.ZipFile(io.BytesIO(client.get(f"/download/hustings.xlsx?{QUERY}").content))
    words = book.read("xl/sharedStrings.xml").decode()
    assert "uk-general/2010 with votes changed (con 38%, lab 27%, uniform swing)" in words
    assert f"{client.base_url}/?to=con=38,lab=27".replace("&", "&amp;") in words


@pytest.mark.parametrize("address", ["/", "/count", "/claims", "/api", "/download/hustings.csv", "/static/page.js", "/api/v1/catalogue"])
def test_the_head_alone_can_be_asked_for(client: httpx.Client, address: str) -> None:
    answer = client.head(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == client.get(address).headers["content-type"]
    assert answer.content == b""


@pytest.mark.parametrize(("edition", "pacts"), [("1997", []), ("2010", ["unite-to-remain-2019", "brexit-withdrawal-2019"]), ("2019", [])])
def test_only_pacts_that_change_something_are_offered(client: httpx.Client, edition: str, pacts: list[str]) -> None:
    """In 2019 the districts of Unite to Remain were divided already, and nobody stood as UKIP where the Conservatives had led."""
    text = client.get(f"/?election=uk-general/{edition}", follow_redirects=True).text
    offered = re.findall(r'<select id="pact".*?</select>', text, re.DOTALL)
    assert re.findall(r'<option value="([a-z0-9-]+)"', offered[0] if offered else "") == pacts
    for pact in pacts:
        assert 'id="headline"' in client.get(f"/?election=uk-general/{edition}&pact={pact}", follow_redirects=True).text


def test_the_example_of_a_scenario_works_for_every_election(client: httpx.Client) -> None:
    text = client.get("/").text
    (example,) = re.findall(r'<textarea id="also"[^>]*placeholder="([^"]*)"', text)
    for edition in re.findall(r'<option value="(uk-general/\d+)"', text):
        assert 'id="headline"' in client.get(f"/?election={edition}&also={example}", follow_redirects=True).text


def test_words_are_for_readers(client: httpx.Client) -> None:
    text = client.get("/?to=con=38&system=fptp&system=stv&system=list-pr").text
    assert "Effective number of parties, by seats" in text
    assert "Bias: over 0 favours Con, under 0 Lab" in text
    assert "Seats that Con would have more than Lab if both had as many votes" in text
    assert not re.search(r"Enp |`one`|\[0–1\]|facts/marginality|<li>fptp", text)
    options = re.search(r'<datalist id="known.list-pr.divisor">(.*?)</datalist>', text)
    assert options
    assert {"dhondt", "sainte-lague"} <= set(re.findall(r'value="([^"]*)"', options[1]))
    assert "The Speaker counts among the others here" in client.get("/?election=uk-general/1997").text
    api = client.get("/api").text
    assert "integer from 1 to 1,000" in api
    assert "integer from 0 to 9,007,199,254,740,991" in api
    assert "`" not in re.sub(r"<pre.*?</pre>", "", api, flags=re.DOTALL)


def test_a_workbook_and_a_picture(client: httpx.Client) -> None:
    book = zipfile.ZipFile(io.BytesIO(client.get(f"/download/hustings.xlsx?{QUERY}").content))
    sheets = re.findall(r'<sheet name="([^"]*)"', book.read("xl/workbook.xml").decode())
    assert sheets == ["Seats", "Measures", "Districts", "What was assumed"]
    pytest.importorskip("vl_convert", reason="the extra 'charts' is not installed")
    assert client.get(f"/download/map.png?{QUERY}").content.startswith(b"\x89PNG")


def test_a_file_that_there_is_not(client: httpx.Client) -> None:
    answer = client.get("/download/hustings.exe")
    assert answer.status_code == 400
    assert "hustings.xlsx" in answer.text


@pytest.mark.parametrize("systems", [["fptp", "stv", "ams"], ["list-pr"], ["ams", "fptp"]])
def test_compare_writes_a_page_that_needs_nothing_else(tmp_path: Path, systems: list[str]) -> None:
    file = tmp_path / "report.html"
    ran = CliRunner().invoke(app, ["compare", "uk-general/2010", *(f"--system={name}" for name in systems), "--seed", "1", "--html", str(file)])
    assert ran.exit_code == 0, ran.output
    text = file.read_text()
    assert len(file.read_bytes()) < 250_000
    assert not re.findall(r"(?:src|href)=\"(?!#|data:)[^\"]*", text)
    assert ('id="live"' in text) == ("fptp" in systems)  # sliders move what most votes decide
    assert "default-src &#39;none&#39;" in text
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert digest(style).replace("'", "&#39;") in text
