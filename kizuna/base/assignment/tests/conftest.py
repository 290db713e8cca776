"""Books of the library are given to people, as leads are in a company."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.assignment import kinds
from kizuna.base.assignment.kinds import Assignable
from kizuna.base.assignment.models import AssignmentRule
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry

Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def books_are_given_out() -> Any:
    """Whoever owns the author knows the books; those of fewer than 1000 pages keep somebody busy."""
    kinds.assign(Assignable("book", through=("author",), load={"field": "pages", "op": "lt", "value": 1000}))
    yield
    kinds._assignable.pop("book")


def made(key: str, owner: Any = None, **values: Any) -> Any:
    given = {name: getattr(value, "pk", value) for name, value in values.items()}
    return records.create(actor=SYSTEM, resource=registry.get(key), values=given | {"owner": owner and owner.pk})


@pytest.fixture
def rule(db: None) -> Make:
    """A rule for books with these members: `rule("Everybody", haruto, (sora, {"weight": 2}), way="weighted")`."""

    def make(name: str, *members: Any, **values: Any) -> AssignmentRule:
        position = AssignmentRule.objects.count() + 1
        found = made("assignmentrule", name=name, kind="book", **{"position": position} | values)
        for place, one in enumerate(members):
            who, more = one if isinstance(one, tuple) else (one, {})
            part = {"team": who.pk} if hasattr(who, "path") else {"user": who.pk}
            made("assignmentmember", rule=found, position=place, **part, **more)
        return found

    return make


@pytest.fixture
def book(db: None) -> Make:
    def make(title: str = "Kokoro", **values: Any) -> Any:
        return made("book", title=title, **values)

    return make
