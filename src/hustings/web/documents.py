"""The documents of the interface as types: what the API says that it sends."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Votes = dict[str, int]
Figure = int | float | str


class Document(BaseModel):
    """A JSON object whose every key is named here."""

    model_config = ConfigDict(extra="forbid")


class Tie(Document):
    """A lot that a rule calls for, and that nobody has drawn."""

    where: str
    rule: str
    tied: list[str]


class Mistake(Document):
    """What could not be done, and what to do instead; `tie` where a rule calls for a lot: decide it in `lots`, or give a `seed`."""

    error: str
    tie: Tie | None = None


class Lot(Document):
    """A lot that was drawn: where, by which rule, between whom, who was chosen, and how."""

    where: str
    rule: str
    tied: list[str]
    chosen: str
    how: str


class Group(Document):
    """Some districts together."""

    by: str
    key: str
    name: str = ""
    votes: Votes
    seats: Votes
    electorate: int | None
    valid: int


class Shown(Document):
    """What `hustings show --json` prints."""

    election: str
    votes: Votes
    seats: Votes
    electorate: int | None
    valid: int
    turnout: float | None
    notes: list[str]
    attribution: list[str]
    groups: list[Group] = []


class Won(Document):
    """Seats in a district; `parts` are the districts that were merged into it."""

    id: str
    name: str
    seats: Votes
    parts: list[str] = []


class WonBy(Document):
    """Seats in some districts together."""

    by: str
    key: str
    seats: Votes


class Result(Document):
    """An election under one system."""

    system: str
    settings: dict[str, str]
    seats: Votes
    total: int
    measures: dict[str, float | None]
    lots: list[Lot]
    assumed: list[str]
    districts: list[Won] = []
    groups: list[WonBy] = []


class Compared(Document):
    """What `hustings compare --json` prints."""

    election: str
    scenario: list[str]
    votes: Votes
    results: list[Result]
    attribution: list[str]


class Share(Document):
    """The share of a party before, and that around which votes are drawn."""

    before: float
    to: float


class Spread(Document):
    """Seats of a party over all draws: mean, standard deviation and points of the distribution."""

    mean: float
    sd: float
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float


class Tipping(Document):
    """The district that makes the majority of the party with most seats."""

    party: str
    id: str
    name: str
    win: float


class Chances(Document):
    """How likely each party is to win a district."""

    id: str
    name: str
    win: dict[str, float]


class Projected(Document):
    """What `hustings project --json` prints of one system."""

    election: str
    system: str
    swing: str
    draws: int
    seed: int
    house: int
    where: str
    shares: dict[str, Share]
    errors: dict[str, float]
    seats: dict[str, Spread]
    largest: dict[str, float]
    majority: dict[str, float]
    tipping_point: Tipping | None
    districts: list[Chances]
    tied: int
    assumed: list[str]
    attribution: list[str]


class Projections(Document):
    """The same draws under several systems."""

    projections: list[Projected]


class Power(Document):
    """A party's seats and its share of the power."""

    seats: int
    banzhaf: float
    shapley_shubik: float


class Coalition(Document):
    """Parties that have a majority together."""

    parties: list[str]
    seats: int


class Coalitions(Document):
    """What `hustings coalitions --json` prints."""

    election: str
    system: str
    quota: int
    parties: dict[str, Power]
    minimal_winning: list[Coalition]
    minimal_connected: list[Coalition]


class Award(Document):
    """A seat, whose it is, and the quotient that won it."""

    seat: int
    party: str
    quotient: int | float | None
    region: str = ""


class Next(Document):
    """Who would have the seat after the last, and by how many votes they miss it."""

    party: str
    quotient: int | float | None
    votes_short: int | None
    region: str = ""


class Spare(Document):
    """Votes that the party with the last seat could lose and have it still."""

    party: str
    votes: int | None
    region: str = ""


class Divisors(Document):
    """The divisors that prove a biproportional table."""

    regions: dict[str, str]
    parties: dict[str, str]


class Apportioned(Document):
    """What `hustings apportion --json` prints."""

    method: str
    seats: Votes
    total: int
    awards: list[Award]
    next: list[Next]
    spare: list[Spare]
    below_threshold: list[str]
    lots: list[Lot]
    matrix: dict[str, Votes] = {}
    divisors: Divisors | None = None


class Standing(Document):
    """A candidate and the party on the paper."""

    name: str
    party: str


class Drawn(Document):
    """A lot of a stage."""

    tied: list[str]
    chosen: str
    how: str
    rule: str


class Transfer(Document):
    """Papers that passed at one value: from whom, how many, and to whom how many of them."""

    from_: list[str] = Field(alias="from")
    value: str
    papers: int
    to: dict[str, int]
    non_transferable: int


class Stage(Document):
    """An act of a count, and where votes and papers lie after it; exact values are decimal strings."""

    number: int
    act: str
    rule: str
    who: list[str]
    totals: dict[str, str]
    papers: dict[str, int]
    non_transferable: str
    lost_to_rounding: str
    elected: list[str]
    excluded: list[str]
    lots: list[Drawn]
    quota: str | None
    transfer: list[Transfer]
    keep: dict[str, str]


class Count(Document):
    """What `hustings count --json` prints of one count."""

    election: str
    name: str
    method: str
    source: str
    seats: int
    valid: int
    invalid: int
    quota: str | None
    unit: str
    candidates: list[Standing]
    elected: list[str]
    stages: list[Stage]


class Counts(Document):
    """Several counts."""

    counts: list[Count]


class Finding(Document):
    """A statement, its value and the one found; `holds` is null where there are no data, or none could decide it."""

    id: str
    text: str
    claimed: Figure | list[Figure] | None
    found: Figure | list[Figure] | None
    holds: bool | None
    note: str


class Findings(Document):
    """What `hustings claims --json` prints."""

    claims: list[Finding]


class Setting(Document):
    """A setting of an entry."""

    name: str
    type: str
    default: str
    doc: str = ""


class Entry(Document):
    """An entry of the catalogue: what it does, its source, its settings; `described` where it can be written as a file."""

    kind: str
    name: str
    doc: str
    cites: str
    settings: list[Setting]
    described: str = ""


class Catalogue(Document):
    """What `hustings catalogue --json` prints."""

    elections: list[str] = []
    sources: list[Entry] = []
    systems: list[Entry] = []
    methods: list[Entry] = []
    scenarios: list[Entry] = []
    measures: list[Entry] = []
    charts: list[Entry] = []


Kind = Literal["elections", "sources", "systems", "methods", "scenarios", "measures", "charts"]
