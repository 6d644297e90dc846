"""The page of claims: each statement beside what the data say, the verdict in a word and by a sign."""

import re
from html import unescape

import httpx

CLAIM = '[[claim]]\ntext = "Labour won 258 seats."\nsource = "somebody"\nelection = "uk-general/2010"\nfind = "seats of lab"\nclaimed = {}\n'


def check(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/claims", data={"text": text})


def test_the_essay(client: httpx.Client) -> None:
    page = client.get("/claims", params={"example": "half-echoes-2012"}).text
    assert "10 and 197" in page
    assert "✓</span> Holds" in page
    assert "can be once they are here: <code>hustings data pull uk-bes/2010 uk-national</code>" in page


def test_verdicts(client: httpx.Client) -> None:
    """The House of Commons Library has 258 Labour members elected in 2010 (RP10/36, table 1a)."""
    page = check(client, CLAIM.format(258)).text
    assert "1 statement: 1 holds, 0 do not, 0 undecided" in page
    page = check(client, CLAIM.format(259)).text
    assert "✗</span> Does not hold" in page
    assert re.search(r"<dt>found</dt><dd>258</dd>", page)


def test_a_mistake_names_its_line(client: httpx.Client) -> None:
    answer = check(client, CLAIM.format(258).replace("find", "fnid"))
    assert answer.status_code == 400
    assert "line 5 of the box: no key of a claim is called" in unescape(answer.text)
    assert "claims.toml" not in answer.text
    assert "fnid" in answer.text


def test_the_box_has_a_statement_that_holds_to_begin_with(client: httpx.Client) -> None:
    (text,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", client.get("/claims").text, re.DOTALL)
    assert "1 statement: 1 holds" in check(client, unescape(text)).text


def test_a_file_is_not_looked_for(client: httpx.Client) -> None:
    """Whether it is there makes no difference."""
    said = set()
    for name in ("/etc/hosts.csv", "/etc/nothing.csv", "../../etc/hosts.csv", "uk-general/../../x.csv"):
        answer = check(client, CLAIM.format(258).replace("uk-general/2010", name))
        assert answer.status_code in (200, 400)
        (found,) = re.findall(r'class="error" role="alert">(.*?)<', answer.text) or re.findall(r'<p class="hint">(no data.*?)<', answer.text)
        said.add(re.sub(r"'.*?'", "NAME", unescape(found).split(";")[0]))
    assert len(said) <= 2, said
    assert not any("no file" in text or "cannot be read" in text for text in said)


def test_nothing_is_an_error(client: httpx.Client) -> None:
    assert "nothing to check" in check(client, " ").text
