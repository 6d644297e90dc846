"""Papers of an Irish constituency in, its members out: whole papers chosen by chance, or fractions of every paper."""

from collections.abc import Callable, Sequence

from hustings.counting.methods import method
from hustings.counting.papers import Count
from hustings.counting.parcels import Held
from hustings.counting.ties import first_difference
from hustings.election import NOBODY


@method(
    "ireland",
    cites="Electoral Act 1992 (Ireland), ss. 118 and 124, with s. 124(1A) of 2001; ss. 119-123 from memory, not checked against the text",
    over=Count,
    places=0,
    family="stv",
)
def ireland(count: Count) -> None:
    """As many whole papers as there are surplus votes pass on, in proportion to next preferences; which ones is chance.

    The papers of each sub-parcel are mixed by lot, and those that lie last go. Where every transferable paper goes, or
    there is no surplus, nothing is drawn.

    Readings
    --------
    s. 118, equal fractions: the larger sub-parcel, then more original votes, then the earliest count that tells the
    candidates apart, then lot. `test_equal_fractions`
    s. 121(8): a surplus waits unless with all others it could elect the highest continuing candidate, or bring the lowest
    level with the next, or above a quarter of the quota, on which his expenses depend. `test_a_surplus_waits`
    s. 122(2): two or more go together only if none of them could still come above a quarter of the quota.
    `test_expenses_keep_two_from_going_together`
    s. 124(3): no paper is transferred for the sake of expenses alone once the last vacancies can be filled.
    `test_all_but_the_lowest_are_elected_at_once`
    """
    course(count, whole_papers)


@method(
    "ireland-fractional",
    cites="No election of the people is counted so: as ireland, but every transferable paper of the sub-parcel passes on, at a value of "
    "three decimals; much as Seanad panels are counted, from memory, not checked against the text",
    over=Count,
    places=3,
    family="stv",
)
def ireland_fractional(count: Count) -> None:
    """The course of an Irish count without its chance: Gregory's method on the sub-parcel last received, to three decimals."""
    course(count, lambda count, who: count.transfer_last_parcel(who, rule="121"))


def course(count: Count, transfer_surplus: Callable[[Count, int], None]) -> None:
    """Surpluses that matter, the largest first; else the lowest go, until the vacancies are filled."""
    count.sort_first_preferences(rule="119")
    count.quota = count.droop()  # s. 120
    while not filled(count):
        surpluses = count.surpluses()
        if surpluses and matter(count):
            transfer_surplus(count, count.first(surpluses, max, rule="121(7)", ties=first_difference))
            continue
        lowest = count.lowest(together(count), rule="122(3)", ties=first_difference)
        if len(count.continuing) - len(lowest) == count.places_left:
            count.deem_excluded(lowest)  # s. 124(3)
        else:
            exclude(count, lowest)


def exclude(count: Count, lowest: Sequence[int]) -> None:
    """Transfer the papers of the excluded, in one transfer where all are worth one vote."""
    count.begin_exclusion(lowest, rule="122(2)" if len(lowest) > 1 else "122(1)")
    for parcels in count.by_value(lowest):
        count.transfer(parcels)
        if filled(count):
            return


def filled(count: Count) -> bool:
    """Deem elected whoever is, by the quota or to the last vacancies; whether none is left."""
    count.elect(count.at_quota(), rule="120")
    if len(count.continuing) <= count.places_left:
        count.elect(count.by_votes(), rule="124(1)")
    if not count.places_left:
        return True
    leader, *others = count.by_votes()
    votes, waiting = count.votes, sum(map(count.surplus, count.elected)) + sum(count.votes[who] for who in count.excluded)
    if len(others) == count.places_left and votes[others[-1]] + waiting < votes[[leader, *others][-2]]:
        count.elect([leader, *others[:-1]], rule="124(1A)")
    elif count.places_left == 1 and votes[leader] > sum(votes[who] for who in others) + waiting:
        count.elect([leader], rule="124(2)")
    return not count.places_left


def matter(count: Count) -> bool:
    """Whether the surpluses not transferred could, taken together, change anything (s. 121(8))."""
    assert count.quota is not None
    waiting = sum(map(count.surplus, count.elected))
    *_, next_lowest, lowest = votes = [count.votes[who] for who in count.by_votes()]
    gains_expenses = 4 * lowest <= count.quota < 4 * (lowest + waiting)
    return votes[0] + waiting >= count.quota or lowest + waiting >= next_lowest or gains_expenses


def together(count: Count) -> int:
    """How many go at once (s. 122(2)): the most that are behind the next in all, and of whom none could still have his expenses."""
    assert count.quota is not None
    votes = [count.votes[who] for who in reversed(count.by_votes())]
    waiting = sum(map(count.surplus, count.elected))
    decided = [4 * own > count.quota or 4 * (sum(votes[: place + 1]) + waiting) <= count.quota for place, own in enumerate(votes)]
    return max((number for number in count.safely_excluded() if all(decided[:number])), default=1)


def whole_papers(count: Count, who: int) -> None:
    """Transfer a surplus in whole papers of the sub-parcel last received (s. 121)."""
    surplus, last = count.surplus(who), count.held([who])[-1][1]
    piles = count.table.sort([last])
    transferable = [(to, pile) for to, pile in piles if to != NOBODY]
    number = sum(pile.number for _, pile in transferable)
    rest = [pile for to, pile in piles if to == NOBODY]
    moved: list[Held] = []
    if number <= surplus:
        # What is left of the surplus is made up of papers without a next preference; these never move again.
        moved = transferable
        if surplus > number:
            moved = [*transferable, (NOBODY, rest[0]._replace(number=surplus - number))]
            rest[0] = rest[0]._replace(number=rest[0].number + number - surplus)
    else:
        for (to, pile), size in zip(transferable, shares(count, transferable, surplus), strict=True):
            if size:
                mixed = count.mixed(pile, rule="121(6)")
                moved.append((to, mixed._replace(number=size, rankings=mixed.rankings[-size:])))
                rest.append(mixed._replace(number=pile.number - size, rankings=mixed.rankings[:-size]))
            else:
                rest.append(pile)
    count.transfer_papers(who, moved, rest, rule="121")


def shares(count: Count, piles: Sequence[Held], surplus: int) -> list[int]:
    """How many papers of each pile pass on: its part of the surplus, the largest fractions raised to one (s. 121(6))."""
    papers = [pile.number for _, pile in piles]
    sizes = [number * surplus // sum(papers) for number in papers]
    fractions = {to: (number * surplus % sum(papers), number) for (to, _), number in zip(piles, papers, strict=True)}
    raised: list[int] = []
    while sum(sizes) + len(raised) < surplus:
        largest = max(fractions.values())
        level = [to for to, fraction in fractions.items() if fraction == largest]
        raised.append(count.choose(level, max, rule="118", ties=first_difference))
        del fractions[raised[-1]]
    return [size + (to in raised) for (to, _), size in zip(piles, sizes, strict=True)]
