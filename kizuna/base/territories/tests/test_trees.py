"""The tree in memory: what lies beneath what, who is asked first, and from which day to which."""

import datetime as dt

from django.utils import timezone

from kizuna.base.territories.trees import EMPTY, Node, Tree, today

DAY = dt.date(2026, 4, 1)
ANY = {"field": "name", "op": "is_not_empty"}


def tree(*nodes: Node) -> Tree:
    return Tree(nodes)


def test_what_lies_beneath_a_territory_is_found_at_every_depth() -> None:
    found = tree(Node(1, "Japan"), Node(2, "Kanto", 1), Node(3, "Yokohama", 2), Node(4, "Korea"))
    assert sorted(found.beneath([1])) == [1, 2, 3]
    assert found.beneath([9]) == [9], "one that is not there is asked for all the same, and finds nothing"
    assert [node.name for node in found.upwards(3)] == ["Yokohama", "Kanto", "Japan"]
    assert not found.has_circle()


def test_two_that_lie_in_each_other_are_a_circle() -> None:
    assert tree(Node(1, "Japan", 2), Node(2, "Kanto", 1)).has_circle()


def test_the_priority_comes_first_then_the_depth() -> None:
    rules = {"book": ANY}
    found = tree(
        Node(1, "Japan", rules=rules),
        Node(2, "Kanto", 1, rules=rules),
        Node(3, "Key accounts", priority=1, rules=rules),
    )
    assert [pk for pk, _asked in found.taking("book", DAY)] == [3, 2, 1]
    assert dict(found.taking("book", DAY))[2] == [ANY, ANY], "a territory lies within those above it"
    assert found.taking("author", DAY) == []


def test_a_territory_counts_on_its_first_day_and_on_its_last() -> None:
    node = Node(1, "Spring", valid_from=DAY, valid_until=DAY)
    day = dt.timedelta(days=1)
    assert [node.counts_on(one) for one in (DAY - day, DAY, DAY + day)] == [False, True, False]
    assert not Node(1, "Archived", is_active=False).counts_on(DAY)


def test_a_day_begins_for_everybody_at_one_moment() -> None:
    found = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):  # where it is never the same day
        with timezone.override(zone):
            found.add(today())
    assert len(found) == 1


def test_where_there_are_none_nothing_is_asked() -> None:
    assert EMPTY.is_empty
    assert EMPTY.taking("book", DAY) == []
