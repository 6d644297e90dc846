"""X-votes made into ranked papers: whole, conserved, and as the matrix has it."""

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings

import hustings as hs
from hustings.election import Election, Party, Profile
from hustings.errors import DataError, SettingError, UnknownName, Unsuitable
from hustings.preferences import preferences
from hustings.scenarios.rankings import Rankings
from hustings.scenarios.regroup import Regroup
from strategies import election_of, party_elections


def papers(profile: Profile) -> dict[tuple[str, ...], int]:
    names = [candidate.name for candidate in profile.candidates]
    return {tuple(names[c] for c in ranking if c >= 0): int(number) for ranking, number in zip(profile.rankings, profile.papers, strict=True)}


def matrix(tmp_path: Path, text: str) -> str:
    path = tmp_path / "matrix.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_worked_example(tmp_path: Path) -> None:
    """100 votes for A, of whom half mark B next and a quarter C; largest remainders share 30 votes of B 10 to 20."""
    rows = '[rows]\na = { b = "50", c = "25", none = "25" }\nb = { a = "1", c = "2" }\nc = { none = "1" }\n'
    election = election_of([[100, 30, 7]], parties=[Party("a"), Party("b"), Party("c")])
    made = election.given(Rankings(matrix=matrix(tmp_path, rows), depth=2, grain=10**6))
    assert made.main.profiles is not None
    assert papers(made.main.profiles[0]) == {
        ("a", "b"): 50, ("a", "c"): 25, ("a",): 25, ("b", "a"): 10, ("b", "c"): 20, ("c",): 7,
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(election=party_elections())
def test_votes_are_conserved_and_first_preferences_are_the_votes(election: Election) -> None:
    for scenario in (Rankings(), Rankings(depth=3, grain=50)):
        made = election.given(scenario).main
        tally = made.counted()
        assert made.profiles is not None
        for row, profile in enumerate(made.profiles):
            first: Counter[str] = Counter()
            for ranking, number in zip(profile.rankings, profile.papers, strict=True):
                first[profile.candidates[ranking[0]].party] += int(number)
                named = [c for c in ranking if c >= 0]
                assert len(named) == len(set(named)) <= scenario.depth
            votes = {party.id: int(v) for party, v in zip(tally.parties, tally.votes[row], strict=True) if v}
            assert dict(first) == votes


def test_several_candidates_a_party_and_loyalty() -> None:
    election = election_of([[600, 300, 100]] * 5, parties=[Party("con"), Party("lab"), Party("other", lump=True)])
    made = election.given(Regroup()).given(Rankings(depth=4)).main
    assert made.profiles is not None
    parties = Counter(candidate.party for candidate in made.profiles[0].candidates)
    # Expected quotas: 3000 of a quota of 834, 1500; rounded up and one more; a lump is one.
    assert parties == {"con": 5, "lab": 3, "other": 1}
    profile = made.profiles[0]
    second = [
        (profile.candidates[r[0]].party, profile.candidates[r[1]].party, int(n))
        for r, n in zip(profile.rankings, profile.papers, strict=True)
        if r[1] >= 0
    ]
    first = int(made.counted().votes[0, 0])
    stayed = sum(number for one, two, number in second if one == two == "con")
    assert abs(stayed / first - 0.75) < 0.01


def test_a_party_without_a_row_takes_its_proxys() -> None:
    scotland = preferences("scotland-2017")
    assert scotland.weights("ukip", ["lab", "ld"]) == scotland.weights("con", ["lab", "ld"])
    con = scotland.rows["con"]
    assert sum(con.values()) == 1
    shared = scotland.weights("con", ["lab", "ukip", "other"])
    assert shared["ukip"] == shared["other"] == con["ind"] / 2
    assert scotland.weights("con", ["pc"])["pc"] == con["snp"]
    mean = scotland.weights("speaker", ["lab", "ld", "con", "snp", "green"])
    assert mean["none"] == pytest.approx(float(sum(row["none"] for row in scotland.rows.values())) / 5, rel=0.2)


def test_northern_ireland_has_a_matrix_of_its_own() -> None:
    made = hs.load("uk-general", "2010").given(Rankings()).main
    row = next(n for n, district in enumerate(made.districts) if district.name == "Foyle")
    assert made.profiles is not None
    found = papers(made.profiles[row])
    after_sf = Counter[str]()
    for ranking, number in found.items():
        if ranking[0] == "sf" and len(ranking) > 1:
            after_sf[ranking[1]] += number
    assert after_sf.most_common(1)[0][0] == "sdlp"


def test_mistakes_are_named(tmp_path: Path) -> None:
    election = election_of([[3, 2]])
    with pytest.raises(UnknownName, match="scotland-2017"):
        election.given(Rankings(matrix="scotland-2071"))
    with pytest.raises(DataError, match=r"has no \[rows\]"):
        election.given(Rankings(matrix=matrix(tmp_path, "x = 1")))
    with pytest.raises(DataError, match="row a"):
        election.given(Rankings(matrix=matrix(tmp_path, '[rows]\na = { b = "-3", none = "5" }')))
    with pytest.raises(DataError, match="row a: 'many'"):
        election.given(Rankings(matrix=matrix(tmp_path, '[rows]\na = { b = "many" }')))
    with pytest.raises(DataError, match="proxy of z"):
        election.given(Rankings(matrix=matrix(tmp_path, '[rows]\na = { b = "1" }\n[proxy]\nz = "y"')))
    with pytest.raises(SettingError, match="depth=0"):
        Rankings(depth=0)
    with pytest.raises(SettingError, match="loyalty"):
        Rankings(loyalty=Fraction(3, 2))
    with pytest.raises(SettingError, match="loyalty=1/1001 has a denominator over 1000; three decimals are enough"):
        Rankings(loyalty=Fraction(1, 1001))
    assert Rankings(loyalty=Fraction(1, 1000)).loyalty == Fraction("0.001")
    with pytest.raises(Unsuitable, match="ranked papers already"):
        election.given(Rankings()).given(Rankings())
