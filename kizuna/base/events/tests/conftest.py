import pytest

from kizuna.base.events import registry
from kizuna.base.testing.events import published

__all__ = ["published"]


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the handlers a test registers itself, and only for that test."""
    monkeypatch.setattr(registry, "_handlers", [])
