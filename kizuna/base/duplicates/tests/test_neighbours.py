"""Who is compared with whom: in a small base whoever has anything in common, in a large one who has more than that."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import pytest

from kizuna.base.duplicates import neighbours, weighing
from kizuna.base.duplicates.blocking import blocks
from kizuna.base.duplicates.comparing import LEVELS, Place, Portrait
from kizuna.base.duplicates.scratch import Scratch
from kizuna.base.duplicates.weighing import LIKELY, USUAL_OTHER, Weights

BORN = "19810412"


def compared(people: Iterable[Portrait]) -> set[tuple[int, int]]:
    with Scratch() as scratch:
        scratch.add(enumerate(people))
        return {(one.id, other.id) for one, other in scratch.pairs()}


def ann(number: int, **more: str) -> Portrait:
    """One of many of that name; each was born on a day of their own, if nothing else is said."""
    born = more.get("born", f"{1900 + number // 336}{number // 28 % 12 + 1:02}{number % 28 + 1:02}")
    return Portrait(names=(("ann", "berger"),), born=born, group=more.get("group", ""))


def test_few_are_compared_whatever_they_have_in_common() -> None:
    assert len(compared(ann(number) for number in range(20))) == 20 * 19 / 2


def test_one_name_that_many_bear_is_no_reason_to_compare_them() -> None:
    people = [ann(number) for number in range(400)]
    assert len(compared(people)) <= neighbours.WINDOW * len(people)


def test_a_common_name_and_a_common_birthday_are_a_reason_together() -> None:
    same_name = [ann(number) for number in range(400)]
    same_day = [Portrait(names=((f"given{number}", f"name{number}"),), born=BORN) for number in range(400)]
    people = [*same_name, *same_day, ann(0, born=BORN), ann(0, born=BORN)]
    assert (800, 801) in compared(people)


def test_who_bears_a_common_name_in_one_firm_is_compared() -> None:
    people = [ann(number) for number in range(400)]
    people[3], people[390] = ann(3, group="7"), ann(390, group="7")
    assert (3, 390) in compared(people)


def test_the_work_grows_with_the_people_and_not_with_their_square() -> None:
    """Each of them shares name, birthday and house with 79 others, who would be 316,000 pairs."""
    people = [
        Portrait(
            names=(("ann", f"berger{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10 % 10]}"),),
            born=f"1981{number % 10 + 1:02}{number // 10 % 10 + 1:02}",
            places=(Place(f"lindenweg {number % 100}", "bonn"),),
        )
        for number in range(8000)
    ]
    assert len(compared(people)) <= 4 * len(people)


def test_what_was_entered_a_hundred_times_is_found_bit_by_bit() -> None:
    found = compared(ann(0, born=BORN, group="7") for _number in range(300))
    assert {(number, number + 1) for number in range(299)} <= found


def test_whoever_is_compared_shares_a_block() -> None:
    people = [ann(number, born=BORN if number % 3 else "", group=str(number % 5)) for number in range(120)]
    shared = [set(blocks(one)) for one in people]
    assert all(shared[low] & shared[high] for low, high in compared(people))


@pytest.mark.parametrize("records", [2, 50, 5000, 1_000_000])
def test_who_is_not_compared_further_is_not_likely_one_whatever_else_they_share(records: int) -> None:
    certain = tuple(tuple(1.0 for _level in levels) for levels in LEVELS.values())
    weights = Weights(same=certain, prior=weighing.prior_among(records, weighing.MOST_DUPLICATED))
    rest = [(key, place, group) for key in (0, None) for place in (0, None) for group in (0, None)]
    for name, born in weighing.hopeless(USUAL_OTHER, records):
        for key, place, group in rest:
            assert weights.certainty((name, key, born, place, group)) < LIKELY
    spared = set(combinations((0, 1, 2), 2))
    assert not spared & weighing.hopeless(USUAL_OTHER, records)
