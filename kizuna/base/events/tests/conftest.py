import pytest

from kizuna.base.events import registry


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the handlers a test registers itself, and only for that test."""
    monkeypatch.setattr(registry, "_handlers", [])
