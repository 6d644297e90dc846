"""Systems as data: a description equals the system it describes, runs by its path, and says what is wrong with it and where."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hustings as hs
from hustings.errors import DataError, UnknownName
from hustings.lots import Lot
from hustings.report import entry_json
from hustings.systems.described import BUILT_IN
from strategies import election_of, party_elections, two_tier_elections

DESCRIBED = sorted(BUILT_IN)
PLAIN = """\
name = "mine"
cites = "nobody"

[districts]
are = "region"
method = "dhondt"
threshold = { share = 0.2, of = "district" }
"""


def by_name(where: str, rule: str, tied: Sequence[str]) -> Lot:
    """The last by name, wherever and by whatever rule."""
    return Lot(where, rule, tuple(tied), max(tied), "by name")


@pytest.mark.parametrize("name", DESCRIBED)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_description_equals_the_system(name: str, data: st.DataObject) -> None:
    """Seats of the parties; where the seats of lists are placed differs, as a description knows fewer areas.

    The votes of an upper tier are for lists: the Norwegian levelling, which knows none, is held to elections without one.
    """
    election = data.draw(party_elections() if name == "storting" else st.one_of(party_elections(), two_tier_elections()))
    found, expected = (election.under(hs.system.parse(text), by_name) for text in (f"described:file={name}", name))
    assert found.total.tolist() == expected.total.tolist()
    assert found.house == expected.house


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_description_on_a_british_election(name: str) -> None:
    election = hs.load("uk-general/2010")
    assert election.under(hs.system.parse(f"described:file={name}")).by_party == election.under(hs.system[name]()).by_party


def test_a_file_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(PLAIN, encoding="utf-8")
    found = election_of([[60, 30, 10], [70, 20, 10]], ["North", "South"]).under(hs.system.parse(str(path)))
    assert found.by_party == {"a": 2}
    assert found.settings == {"file": str(path)}


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("are =", "ar =", ":5", "key of \\[districts\\] is called 'ar'; did you mean are"),
        ('"region"', '"town"', ":5", "no are is called 'town'"),
        ('"dhondt"', '"dhont"', ":6", "did you mean dhondt"),
        ("share = 0.2", "share = 20", ":7", "share from 0 to 1"),
        ("share = 0.2", 'share = "a"', ":7", "not a number"),
        ('of = "district"', 'of = "town"', ":7", "no of is called 'town'"),
        ("share = 0.2", "least = 0.2", ":7", "key of a threshold"),
        ("{ share", "5 # {", ":7", "a threshold is a table"),
        ('are = "region"', "are = 5", ":5", "of kind str"),
        ('cites = "nobody"', 'cite = "nobody"', ":2", "key of a description is called 'cite'"),
        ('cites = "nobody"', "", "", "needs cites"),
        ("[districts]", "districts = 1\n[lists]", ":4", "is a table"),
        ("method", "method method", ":6", "is not TOML"),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(PLAIN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=f"mine.toml{where}: .*{what}"):
        hs.system.parse(str(path))


def test_there_is_no_such_description(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        hs.system.parse(str(tmp_path / "none.toml"))
    with pytest.raises(UnknownName, match="amz"):
        hs.system.parse("described:file=amz")


def test_the_catalogue_prints_what_can_be_run(tmp_path: Path) -> None:
    """`catalogue systems NAME` shows a system as a file of its own, which runs as it is."""
    for name in DESCRIBED:
        path = tmp_path / f"{name}.toml"
        path.write_text(entry_json(hs.system.entry(name))["described"], encoding="utf-8")
        assert hs.system.parse(str(path))
    assert "described" not in entry_json(hs.system.entry("bundestag-2023"))
