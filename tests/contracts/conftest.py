"""Each noun in turn, the one that an administrator made among them."""

from __future__ import annotations

import pytest

from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.people import MakeUser
from tests.contracts.samples import MADE, all_nouns, make_kind


@pytest.fixture(params=all_nouns())
def noun(request: pytest.FixtureRequest, make_user: MakeUser) -> Resource:
    if request.param in (MADE, "contact"):  # a contact has a panel of them
        make_kind()
    return registry.get(request.param)
