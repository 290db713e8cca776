"""Rows of one file that are one and the same."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.base.duplicates import twins
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Author
from kizuna.base.transfer.likeness import Newcomer


@pytest.mark.django_db
def test_many_rows_of_one_name_are_each_compared_with_a_few(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    compared, weigh = list[Any](), twins.levels_of

    def watched(*two: Any, is_rare: Any) -> Any:
        compared.append(two)
        return weigh(*two, is_rare=is_rare)

    monkeypatch.setattr(twins, "levels_of", watched)
    rows = twins.Twins(alice, registry.get("author"))
    for line in range(100):
        rows.meet(Newcomer(line, Author(name="Natsume Soseki")))
    assert 0 < len(compared) <= 100 * twins.COMPARED
