import os
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.executor import MigrationExecutor

from kizuna.server import static, supervisor

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How the supervisor was started, instead of starting it."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setenv("KIZUNA_URL", "")  # so that it is put back afterwards
    monkeypatch.delenv("KIZUNA_URL")
    monkeypatch.setattr(supervisor, "serve", lambda **arguments: calls.append(arguments))
    monkeypatch.setattr(supervisor, "listening_address", lambda host, port: host)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    monkeypatch.setattr(static, "is_built", lambda: True)
    monkeypatch.setattr(static, "collect", lambda: False)
    return calls


def test_it_listens_on_this_machine_only_unless_told_otherwise(
    started: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("serve")
    assert started == [{"host": "127.0.0.1", "port": 8000, "workers": min(os.cpu_count() or 1, 4)}]
    assert "http://127.0.0.1:8000" in capsys.readouterr().out


def test_the_address_can_be_chosen(started: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("serve", "--host", "::1", "--port", "9000", "--workers", "2")
    assert started == [{"host": "::1", "port": 9000, "workers": 2}]
    assert "http://[::1]:9000" in capsys.readouterr().out
    assert os.environ["KIZUNA_URL"] == "http://[::1]:9000"


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_refused(started: list[dict[str, Any]], port: str) -> None:
    with pytest.raises(CommandError, match="port"):
        call_command("serve", "--port", port)
    assert started == []


def test_an_address_that_is_taken_is_not_announced(
    started: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def taken(host: str, port: int) -> str:
        raise SystemExit("Port 8000 is already in use.")

    monkeypatch.setattr(supervisor, "listening_address", taken)
    with pytest.raises(SystemExit, match="already in use"):
        call_command("serve")
    assert "Kizuna is at" not in capsys.readouterr().out
    assert started == []


def test_somebody_has_to_answer_requests(started: list[dict[str, Any]]) -> None:
    with pytest.raises(CommandError, match="workers"):
        call_command("serve", "--workers", "0")
    assert started == []


def test_a_database_that_is_behind_is_not_served(
    started: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("contacts.0001", False)])
    with pytest.raises(CommandError, match="kizuna migrate"):
        call_command("serve")
    assert started == []


def test_without_a_front_end_it_says_what_to_do(started: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "is_built", lambda: False)
    with pytest.raises(CommandError, match="make demo"):
        call_command("serve")
