from pathlib import Path

import pytest
from django.core import checks as django_checks
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from kizuna.server import checks

HOSTS = ["127.0.0.1", "localhost", "[::1]"]


@pytest.fixture
def office(settings: Settings) -> Settings:
    """A safe installation that Yuna's colleagues reach over https."""
    settings.SECRET_KEY = "3f9d0c7a1b5e8642-kept-nowhere-else"
    settings.DEBUG = False
    settings.PUBLIC_URL = "https://crm.hinata.example"
    settings.ALLOWED_HOSTS = [*HOSTS, "crm.hinata.example"]
    settings.SECURE_SSL_REDIRECT = True
    settings.TRUSTED_PROXIES = 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return settings


def found() -> dict[str, str]:
    """id -> what the security checks of Kizuna say."""
    messages = django_checks.run_checks(tags=[django_checks.Tags.security])
    return {message.id: message.msg for message in messages if message.id and message.id.startswith("kizuna.")}


def test_a_safe_installation_starts(office: Settings) -> None:
    assert found() == {}
    checks.refuse_unsafe_settings()


@pytest.mark.django_db
def test_the_first_migrate_of_a_stranger_warns_of_nothing() -> None:
    found = django_checks.run_checks(databases=["default"])
    assert [message for message in found if not message.is_silenced()] == []


@pytest.mark.parametrize("key", ["short", "a" * 64, "insecure-but-long-enough-to-look-fine"])
def test_a_key_that_can_be_guessed_refuses_to_start(office: Settings, key: str) -> None:
    office.SECRET_KEY = key
    assert "can be guessed" in found()["kizuna.E001"]
    with pytest.raises(ImproperlyConfigured, match="can be guessed"):
        checks.refuse_unsafe_settings()


def test_debug_is_for_one_machine_only(office: Settings) -> None:
    office.DEBUG = True
    assert "crm.hinata.example" in found()["kizuna.E002"]
    office.ALLOWED_HOSTS = HOSTS
    assert "kizuna.E002" not in found()


def test_answering_for_every_host_name_refuses_to_start(office: Settings) -> None:
    office.ALLOWED_HOSTS = ["*"]
    assert "KIZUNA_HOSTS" in found()["kizuna.E003"]


@pytest.mark.parametrize(
    "url",
    ["crm.hinata.example", "ftp://crm.hinata.example", "https://crm.hinata.example/kizuna", "https://", "http://[::1"],
)
def test_an_address_that_is_none_refuses_to_start(office: Settings, url: str) -> None:
    office.PUBLIC_URL = url
    assert url in found()["kizuna.E004"]


def test_plain_http_is_refused_in_public_and_warned_about_in_the_shop(office: Settings) -> None:
    office.SECURE_SSL_REDIRECT = False
    office.PUBLIC_URL = "http://crm.hinata.example"
    with pytest.raises(ImproperlyConfigured, match="plain http"):
        checks.refuse_unsafe_settings()
    office.PUBLIC_URL = "http://192.168.1.20:8000"
    assert "plain http" in found()["kizuna.E005"]
    checks.refuse_unsafe_settings()
    office.PUBLIC_URL = "http://127.0.0.1:8000"
    assert found() == {}


def test_https_without_a_known_proxy_refuses_to_start(office: Settings) -> None:
    office.TRUSTED_PROXIES = 0
    assert "proxies" in found()["kizuna.E006"]


def test_sqlite_on_a_network_drive_refuses_to_start(
    office: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checks, "sqlite_file", lambda: tmp_path / "kizuna.sqlite3")
    monkeypatch.setattr(checks, "mounts", lambda: [(Path("/"), "ext4"), (tmp_path, "nfs4")])
    assert "network drive (nfs4)" in found()["kizuna.E007"]
    monkeypatch.setattr(checks, "mounts", lambda: [(Path("/"), "nfs4"), (tmp_path, "ext4")])
    assert found() == {}


def test_mail_that_goes_nowhere_is_a_warning(office: Settings) -> None:
    office.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "sent to nobody" in found()["kizuna.W001"]
    checks.refuse_unsafe_settings()


@pytest.mark.django_db
def test_the_database_of_this_run_knows_letters() -> None:
    assert list(checks.collation(None, databases=["default"])) == []
