"""No token may take the server for itself."""

from __future__ import annotations

import pytest

from kizuna.base.identity.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment within a minute of its own, 15 seconds after it began."""
    monkeypatch.setattr("kizuna.interfaces.api.throttling.time.time", lambda: 4_000_000_035.0)


def test_a_token_that_hurries_waits_for_the_next_minute(
    program, haruto: User, sora: User, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    hasty, other = program(haruto), program(haruto)
    assert [hasty.get("/me").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    answer = hasty.get("/me")
    assert answer.json()["code"] == "too_many_requests"
    assert answer.headers["Retry-After"] == "45"
    assert other.get("/me").status_code == program(sora).get("/me").status_code == 200
    monkeypatch.setattr("kizuna.interfaces.api.throttling.time.time", lambda: 4_000_000_080.0)
    assert hasty.get("/me").status_code == 200


def test_zero_is_no_limit(program, haruto: User, settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0
    api = program(haruto)
    assert {api.get("/me").status_code for _ in range(10)} == {200}
