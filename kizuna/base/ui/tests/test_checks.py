"""What a declaration says of the screens is true, or told when Kizuna starts."""

import pytest

from kizuna.base.resources import registry
from kizuna.base.ui import checks


def test_every_icon_of_kizuna_is_drawn() -> None:
    assert checks.check_icons() == []


def test_an_icon_that_nobody_drew_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "built_icons", lambda: frozenset({"bolt"}))
    monkeypatch.setattr(registry.get("book"), "icon", "unicorn")
    assert "“unicorn” is no icon" in "".join(message.msg for message in checks.check_icons())
