"""Where several servers wake each other, as the setting says it."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kizuna.server import live_broker
from kizuna.server.live_broker import broker_of


@pytest.mark.parametrize(
    "url", ["", "redis://127.0.0.1:6379/0", "rediss://me:secret@broker.example", "unix:///run/r.sock"]
)
def test_an_address_that_can_be_used_is_used(url: str) -> None:
    assert broker_of(url) == url


@pytest.mark.parametrize("url", ["127.0.0.1:6379", "http://broker.example", "redis://", "amqp://broker.example"])
def test_another_one_stops_kizuna_with_an_example(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="redis://user:password@host:6379/0"):
        broker_of(url)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_broker, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"kizuna\[redis\]"):
        broker_of("redis://broker.example")
