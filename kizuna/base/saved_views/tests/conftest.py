"""People who keep views of books."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.saved_views import services
from kizuna.base.saved_views.models import SavedView

LONG = {"field": "pages", "op": "gt", "value": 300}


@pytest.fixture
def keep(db: None) -> Callable[..., SavedView]:
    """`keep(haruto, "Long books", condition=LONG)`"""

    def save(actor: User, name: str = "Long books", resource: str = "book", **parts: Any) -> SavedView:
        return services.save_view(actor=actor, resource=resource, name=name, **parts)

    return save
