"""Random trees: sensible ones over the small world, with values that its rows really have, and nonsense."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

DAYS = ["2026-03-01", "2026-02-28", "2026-03-02", "2024-02-29", "1990-02-28", "9999-12-31", "2025-12-31"]
MOMENTS = ["2026-03-01T00:30:00Z", "2026-02-28T15:00:00Z", "2026-03-01T09:00:00+09:00"]
PERIODS = [
    "today",
    "yesterday",
    "tomorrow",
    "this_week",
    "last_month",
    "this_quarter",
    "this_year",
    "last_3_days",
    "next_400_days",
]
WORDS = ["Yamada", "yamada", "ヤマダ", "YA", "stra", "straße", "DA", "%", "_", "a\\", "é"]
NAMES = ["ann", "ANN", "bo", "B", "n", "%", "'", "\\"]
NUMBERS = [0, 1, 2, -1, 2.5, "0.30", "-2.5", 40_000, 10**17, "0.1", 100]
NOTHING_ASKED = ["is_empty", "is_not_empty"]


def _leaf(name: str, ops: list[str], values: Any = None) -> st.SearchStrategy[Any]:
    if values is None:
        return st.fixed_dictionaries({"field": st.just(name), "op": st.sampled_from(ops)})
    return st.fixed_dictionaries({"field": st.just(name), "op": st.sampled_from(ops), "value": values})


def _texts(name: str, words: list[str]) -> st.SearchStrategy[Any]:
    ops = ["is", "is_not", "contains", "not_contains", "starts_with", "ends_with"]
    one = st.sampled_from(words)
    several = st.lists(one, min_size=1, max_size=3)
    return _leaf(name, ops, one) | _leaf(name, ["any_of", "none_of"], several) | _leaf(name, NOTHING_ASKED)


def _ordered(one: st.SearchStrategy[Any], key: Any) -> st.SearchStrategy[Any]:
    return st.lists(one, min_size=2, max_size=2).map(lambda pair: sorted(pair, key=key))


def _amounts(name: str, more: list[str] = NOTHING_ASKED) -> st.SearchStrategy[Any]:
    one = st.sampled_from(NUMBERS)
    found = _leaf(name, ["eq", "ne", "lt", "lte", "gt", "gte"], one) | _leaf(name, ["between"], _ordered(one, float))
    return found | _leaf(name, more) if more else found


def _money(name: str, more: list[str] = NOTHING_ASKED) -> st.SearchStrategy[Any]:
    def in_one_currency(currency: str) -> st.SearchStrategy[Any]:
        amounts = [0, 1, 2, -1, 100, 40_000, *([] if currency == "JPY" else ["0.30", "-2.5"])]
        one = st.sampled_from(amounts).map(lambda amount: {"amount": amount, "currency": currency})
        two = _ordered(one, lambda money: float(money["amount"]))
        return _leaf(name, ["eq", "ne", "lt", "lte", "gt", "gte"], one) | _leaf(name, ["between"], two)

    found = st.sampled_from(["EUR", "JPY", "USD"]).flatmap(in_one_currency)
    return found | _leaf(name, more) if more else found


def _days(name: str, is_moment: bool, is_measured: bool = False) -> st.SearchStrategy[Any]:
    spans = st.sampled_from(DAYS + PERIODS)
    found = (
        _leaf(name, ["in_period", "not_in_period"], st.sampled_from(PERIODS))
        | _leaf(name, ["on", "before", "after", "on_or_before", "on_or_after"], spans)
        | _leaf(name, ["between"], _ordered(st.sampled_from(DAYS), str))
        | _leaf(name, ["more_than_days_ago", "less_than_days_ago"], st.sampled_from([1, 2, 400]))
        | _leaf(name, NOTHING_ASKED)
    )
    if is_moment:
        found |= _leaf(name, ["before", "after", "on_or_before", "on_or_after"], st.sampled_from(MOMENTS))
    return found if is_measured else found | _leaf(name, ["anniversary_in_period"], st.sampled_from(PERIODS))


def _choices(name: str, choices: list[Any]) -> st.SearchStrategy[Any]:
    one = st.sampled_from(choices)
    several = st.lists(one, min_size=1, max_size=2)
    return _leaf(name, ["is", "is_not"], one) | _leaf(name, ["any_of", "none_of"], several) | _leaf(name, NOTHING_ASKED)


def _tags(name: str) -> st.SearchStrategy[Any]:
    words = st.lists(st.sampled_from(["vip", "VIP", "solar", "none"]), min_size=1, max_size=2)
    return _leaf(name, ["has_any", "has_all", "has_none"], words) | _leaf(name, NOTHING_ASKED)


def company_leaves(prefix: str = "") -> st.SearchStrategy[Any]:
    found = _texts(f"{prefix}name", NAMES) | _choices(f"{prefix}industry", ["hotel", "office"])
    return found | _amounts(f"{prefix}size") | _choices(f"{prefix}parent", [1, 2, 3])


def person_leaves(own: int) -> st.SearchStrategy[Any]:
    plain = [
        _texts("name", WORDS),
        _texts("nickname", NAMES),
        _texts("alias", WORDS),
        _texts("colour", ["red", "RED", "bl"]),
        _texts("club_name", NAMES),
        *map(_amounts, ("age", "score", "ratio", "shoe_size")),
        _money("balance"),
        _days("born", is_moment=False),
        _days("seen_at", is_moment=True),
        _choices("stage", ["lead", "customer"]),
        _choices("level", [1, 2]),
        _leaf("active", ["is_true", "is_false"]),
        _choices("company", [1, 2, 3, 4]),
        _choices("clubs", [1, 2, 3, 4]),
        _choices("owner", [own, 10**9]),
        _leaf("owner", ["is_me"]),
        _tags("tags"),
        _leaf("emails", ["is", "contains"], st.sampled_from(["ann@a.example", "EXAMPLE", "a"])),
        company_leaves("company."),
        company_leaves("company.parent."),
    ]
    return st.one_of(plain)


def task_leaves() -> st.SearchStrategy[Any]:
    found = _leaf("done", ["is_true", "is_false"]) | _amounts("points") | _texts("title", NAMES)
    return found | _days("due", is_moment=False)


def aggregates() -> st.SearchStrategy[Any]:
    """Questions about a person's tasks, their company's tasks or people, as leaves without a field yet given."""

    def about(related: str, where: Any, measure: str, leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        base = {"related": related, "measure": measure}
        return st.tuples(leaf, where).map(lambda both: {**base, **both[0], **({"where": both[1]} if both[1] else {})})

    tasks: st.SearchStrategy[Any] = grouped(task_leaves(), 3) | st.just({})
    counts = (
        _amounts("x", [])
        .filter(lambda leaf: _whole(leaf["value"]))
        .map(lambda leaf: {k: leaf[k] for k in ("op", "value")})
    )
    found = [about("tasks", tasks, "count", counts), about("company.people", st.just({}), "count", counts)]
    found.append(tasks.map(lambda where: {"related": "tasks", "where": where}))
    for measure in ("sum", "average", "max", "min"):
        more = [] if measure == "sum" else NOTHING_ASKED
        for name in ("points", "hours", "weight"):
            found.append(about("tasks", tasks, measure, _amounts(name, more)))
        found.append(about("tasks", tasks, measure, _money("fee", [])))
    for measure in ("latest", "earliest"):
        found.append(about("tasks", tasks, measure, _days("due", is_moment=False, is_measured=True)))
        found.append(about("tasks", tasks, measure, _days("finished_at", is_moment=True, is_measured=True)))
    return st.one_of(found)


def _whole(value: Any) -> bool:
    given = value if isinstance(value, list) else [value]
    return all(isinstance(each, int) and 0 <= each <= 10**9 for each in given)


def grouped(leaves: st.SearchStrategy[Any], most: int = 8) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}),
            st.fixed_dictionaries({"not": inner}),
        ),
        max_leaves=most,
    )


def sensible(own: int) -> st.SearchStrategy[Any]:
    """Trees that are conditions on a person; `own` is the id of the viewer."""
    leaves = person_leaves(own)
    return grouped(leaves | aggregates() | st.just({})).filter(lambda tree: _depth(tree) <= 8)


def _depth(tree: Any) -> int:
    if isinstance(tree, dict):
        return 1 + max((_depth(part) for part in tree.values()), default=0)
    if isinstance(tree, list):
        return max((_depth(part) for part in tree), default=0)
    return 0


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.text(st.characters(categories=["Cs", "Cc"]), max_size=3)
    | st.sampled_from(
        [
            10**30,
            -(10**30),
            "1e5",
            "²",
            "٣",
            "2026-02-30",
            "0001-01-01",
            "9999-12-31",
            "last_99999999999_days",
        ]
    )
    | st.sampled_from(
        ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-01-01T24:00", "a\x00b", "next_0_days"]
    )
    | st.just(5000).map(lambda digits: 10**digits)
    | st.dates(min_value=date(1, 1, 1)).map(str)
)
OPS = [
    "is", "is_not", "any_of", "none_of", "eq", "ne", "gte", "lt", "between", "on", "before", "after", "in_period",
    "not_in_period", "more_than_days_ago", "anniversary_in_period", "contains", "starts_with", "has_any", "has_all",
    "is_empty", "is_me", "is_my_team", "is_true", "max", "",
]  # fmt: skip
FIELDS = [
    "name", "nickname", "age", "score", "ratio", "shoe_size", "colour", "balance", "born", "seen_at", "stage", "level",
    "active", "company", "clubs", "owner", "team", "tags", "emails", "company.name", "company.parent.size",
    "owner.name", "company.", ".", "nmae", "",
]  # fmt: skip


def nonsense() -> st.SearchStrategy[Any]:
    """Any JSON, leaning towards the words of conditions so that every reader gets something odd to read."""
    money = st.fixed_dictionaries({"amount": SCALARS, "currency": st.sampled_from(["EUR", "eur", "", 3]) | SCALARS})
    values = SCALARS | money | st.lists(SCALARS | money, max_size=3)
    leaf = st.fixed_dictionaries(
        {"field": st.sampled_from(FIELDS) | SCALARS, "op": st.sampled_from(OPS) | SCALARS}, optional={"value": values}
    )
    measured = st.sampled_from(["count", "sum", "average", "max", "min", "latest", "earliest"]) | SCALARS
    aggregate = st.fixed_dictionaries(
        {"related": st.sampled_from(["tasks", "company.people", "task"]) | SCALARS, "op": st.sampled_from(OPS)},
        optional={
            "measure": measured, "value": values, "where": leaf | SCALARS, "extra": SCALARS,
            "field": st.sampled_from(["points", "hours", "fee", "due", "finished_at", "done"]) | SCALARS,
        },
    )  # fmt: skip
    return st.recursive(
        leaf | aggregate | SCALARS,
        lambda inner: (
            st.dictionaries(
                st.sampled_from(["all", "any", "not", "field", "where"]) | st.text(max_size=5), inner, max_size=2
            )
            | st.lists(inner, max_size=3)
            | st.sampled_from(["all", "any"]).flatmap(
                lambda key: st.fixed_dictionaries({key: st.lists(inner, max_size=3)})
            )
        ),
        max_leaves=10,
    )
