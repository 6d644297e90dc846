"""Our readers beside those of others: preflibtools, abiftool, fresh_blt, votelib and VoteKit, each where it is installed.

`python -m pytest -m peers tests/peers` in an environment that has them; what is not there is skipped.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ballot_files import HILL, ballots, mirror, only
from hustings.sources import load

pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]

ABIF = """{"title": "T"}
=A:[Ada Lovelace]
=B:[Bob]
27:A>B=C>[D E]
26: B > A = C
24:C
"""


def names(path: Path, ranking: tuple[tuple[int, ...], ...]) -> tuple[frozenset[str], ...]:
    candidates = only(load(path)).candidates
    return tuple(frozenset(candidates[who].name for who in rank) for rank in ranking)


def test_preflibtools_reads_the_same_orders() -> None:
    instances = pytest.importorskip("preflibtools.instances")
    for file in sorted(file for file in mirror("stv/preflib").iterdir() if file.suffix in (".soi", ".toi", ".soc", ".toc")):
        theirs: Counter[Any] = Counter()
        for order, number in instances.OrdinalInstance(str(file)).multiplicity.items():
            theirs[tuple(tuple(sorted(who - 1 for who in rank)) for rank in order)] += number
        assert ballots(only(load(file))) == dict(theirs), file.name


def test_abiftool_reads_the_same_papers(tmp_path: Path) -> None:
    core = pytest.importorskip("abiflib.core")
    path = tmp_path / "a.abif"
    path.write_text(ABIF, encoding="utf-8")
    model = core.convert_abif_to_jabmod(ABIF)
    theirs: Counter[Any] = Counter()
    for line in model["votelines"]:
        ranks: dict[int, set[str]] = {}
        for token, preference in line["prefs"].items():
            ranks.setdefault(preference["rank"], set()).add(model["candidates"][token])
        theirs[tuple(frozenset(ranks[rank]) for rank in sorted(ranks))] += line["qty"]
    assert {names(path, ranking): number for ranking, number in ballots(only(load(path))).items()} == dict(theirs)


def test_fresh_blt_reads_the_same_papers(tmp_path: Path) -> None:
    parse = pytest.importorskip("fresh_blt.parse")
    # Of equal ranks it keeps the first alone (0.3.0), so there are none here.
    path = tmp_path / "a.blt"
    path.write_text(HILL, encoding="utf-8")
    tree = parse.parse_blt_file(path)
    _, seats, withdrawn = parse.extract_header_info(tree)
    candidates = parse.extract_candidates(tree, withdrawn)
    theirs: Counter[Any] = Counter()
    for ballot in parse.parse_ballots(tree, {candidate.id: candidate for candidate in candidates}):
        theirs[tuple(tuple(sorted(who.id - 1 for who in rank)) for rank in ballot["rankings"])] += ballot["weight"]
    election = load(path)
    assert ballots(only(election)) == dict(theirs)
    assert election.main.districts[0].magnitude == seats
    assert [who.name for who in only(election).candidates] == [who.name for who in candidates]
    assert [-1 - who for who in only(election).withdrawn] == [-abs(who) for who in withdrawn]


def test_votelib_reads_the_same_blt(tmp_path: Path) -> None:
    theirs = pytest.importorskip("votelib.io.blt")
    # It knows no equal ranks, and names without quotes are an error to it.
    path = tmp_path / "a.blt"
    path.write_text(HILL, encoding="utf-8")
    votes, seats, candidates, title = theirs.loads(HILL)
    election = load(path)
    number = {candidate: place for place, candidate in enumerate(candidates)}
    assert ballots(only(election)) == {tuple((number[who],) for who in ranking): papers for ranking, papers in votes.items()}
    assert (election.main.districts[0].magnitude, election.main.districts[0].name) == (seats, title)
    assert only(election).withdrawn == tuple(place for place, candidate in enumerate(candidates) if candidate.withdrawn)


def test_votekit_reads_the_same_wards() -> None:
    loaders = pytest.importorskip("votekit.cvr_loaders")
    for file in sorted(mirror("stv/scotland").glob("*.csv"))[::40]:
        profile, seats, candidates, descriptions, _ = loaders.load_scottish(file)
        election = load(file)
        ours = only(election)
        theirs = {tuple(map(frozenset, ballot.ranking)): int(ballot.weight) for ballot in profile.ballots}
        assert {names(file, ranking): number for ranking, number in ballots(ours).items()} == theirs, file.name
        assert election.main.districts[0].magnitude == seats
        assert [(who.name, who.description) for who in ours.candidates] == [(name, descriptions[name]) for name in candidates]
