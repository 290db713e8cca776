"""What the address of a stream says; nonsense is refused before anybody is asked."""

import pytest

from kizuna.base.live.watching import MOST_ROWS, Unclear, Watch


def test_a_page_says_what_it_shows() -> None:
    watch = Watch.parse("rows=contact:1,2&rows=task:3&list=contact&record=contact:7&editing=1&after=5.3&since=12.5")
    assert watch.rows == {"contact": {1, 2, 7}, "task": {3}}
    assert watch.lists == {"contact"}
    assert watch.record == ("contact", 7)
    assert (watch.is_editing, watch.after, watch.since) == (True, "5.3", 12.5)
    today = Watch.parse("every=task&every=contact&bell=1")
    assert (set(today.every), today.has_bell, watch.has_bell) == ({"task", "contact"}, True, False)


def test_a_page_that_shows_nothing_watches_nothing() -> None:
    assert Watch.parse("") == Watch()


@pytest.mark.parametrize(
    "query",
    [
        "rows=contact:1;2",
        "rows=contact:-1",
        "rows=contact:١",
        "record=contact",
        "record=contact:" + "9" * 40,
        "since=yesterday",
        "&".join(f"list=kind{number}" for number in range(40)),
        "&".join(f"list=kind{number}" for number in range(9)),
        "&".join(f"every=kind{number}" for number in range(21)),
        "rows=contact:" + ",".join(map(str, range(MOST_ROWS + 1))),
        "rows=contact:" + "1," * 10_000,
    ],
)
def test_nonsense_is_refused(query: str) -> None:
    with pytest.raises(Unclear):
        Watch.parse(query)
