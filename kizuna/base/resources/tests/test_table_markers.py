"""Page markers come from outside: whatever they hold, they are read or refused."""

import base64
import json
from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.table import Sort, Table
from kizuna.base.types.errors import Invalid

pytestmark = pytest.mark.django_db

VALUES: list[Any] = [
    "a\0b", "\ud800", float("inf"), 10**30, -1e300, "NaN", "1e999999", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "x" * 10_000, "١٢", True, None, 0, "12", [], {},
]  # fmt: skip
SORTS = ["title", "pages", "rating", "price", "status", "is_rare", "published_on", "lent_at", "created_at"]


def marker(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize("sort", SORTS)
def test_a_forged_marker_is_refused_or_read_and_never_breaks(haruto: User, sort: str) -> None:
    resource = registry.get("book")
    table = Table(resource, haruto, columns=[], sort=Sort.of(resource, haruto, sort))
    for value in VALUES:
        for place in ([1, 0, 0], [1, 1, 0], [2**61, 0, 10**40], [-5, 0, -1], ["1", 0, 0], [None, 0, 0]):
            try:
                table.page(marker([value, *place]))
            except Invalid as problem:
                assert list(problem.errors) == ["cursor"]  # noqa: PT017 - any answer but this one fails


@pytest.mark.parametrize("text", ["!", "é", "AAAA", marker([]), marker(7), marker("[" * 3000), "[" * 5000])
def test_what_is_no_marker_is_refused(haruto: User, text: str) -> None:
    resource = registry.get("book")
    table = Table(resource, haruto, columns=[], sort=Sort.of(resource, haruto, "title"))
    with pytest.raises(Invalid):
        table.page(text)
