import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from kizuna.server import command

ROOT = Path(command.__file__).resolve().parent.parent.parent
SHOW = """
import json
from kizuna.server import settings
print(json.dumps({name: value for name, value in vars(settings).items() if name.isupper()}, default=str))
"""


def settings_with(folder: Path, **environment: str) -> dict[str, Any]:
    """The settings of a process that starts with this environment and nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={"PYTHONPATH": str(ROOT), "KIZUNA_DATA_DIR": str(folder), **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_without_any_setting_it_is_safe_and_on_this_machine_only(tmp_path: Path) -> None:
    found = settings_with(tmp_path)
    assert found["DEBUG"] is False
    assert len(found["SECRET_KEY"]) >= 64
    assert set(found["ALLOWED_HOSTS"]) == {"127.0.0.1", "localhost", "[::1]"}
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "kizuna.sqlite3")
    assert "console" in found["EMAIL_BACKEND"]


def test_sqlite_writes_ahead_and_takes_its_lock_at_once(tmp_path: Path) -> None:
    options = settings_with(tmp_path)["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_the_data_folder_may_be_called_anything(tmp_path: Path) -> None:
    folder = tmp_path / "客户 100% #1?"
    assert settings_with(folder)["DATABASES"]["default"]["NAME"] == str(folder / "kizuna.sqlite3")


def test_connections_to_postgresql_are_kept_and_looked_at_before_they_are_used_again(tmp_path: Path) -> None:
    found = settings_with(tmp_path, DATABASE_URL="postgresql://me:s%40fe@db.example:6432/crm")["DATABASES"]["default"]
    told = [found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert told == ["me", "s@fe", "db.example", 6432, "crm"]
    assert found["CONN_MAX_AGE"] > 0
    assert found["CONN_HEALTH_CHECKS"]


def test_an_https_address_makes_everything_https(tmp_path: Path) -> None:
    found = settings_with(tmp_path, KIZUNA_URL="https://crm.hinata.example/", KIZUNA_TRUSTED_PROXIES="1")
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert "crm.hinata.example" in found["ALLOWED_HOSTS"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://crm.hinata.example"]
    assert found["DEFAULT_FROM_EMAIL"] == "Kizuna <kizuna@crm.hinata.example>"


def test_nobody_s_word_about_https_is_believed_without_a_trusted_proxy(tmp_path: Path) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in settings_with(tmp_path)


def test_mail_goes_out_as_the_address_says(tmp_path: Path) -> None:
    found = settings_with(tmp_path, KIZUNA_EMAIL_URL="submission://hinata%40mail:secret@mail.example")
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example", 587, True)
    assert found["EMAIL_HOST_USER"] == "hinata@mail"
    direct = settings_with(tmp_path, KIZUNA_EMAIL_URL="smtp://mail.example:465?ssl=True")
    assert (direct["EMAIL_PORT"], direct["EMAIL_USE_SSL"], direct["EMAIL_USE_TLS"]) == (465, True, False)


def test_pages_forbid_everything_that_is_not_our_own(client: Client, db: None) -> None:
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    assert rules["img-src"] == "'self' data:"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy


def test_pages_load_pictures_of_maps_only_from_a_server_that_was_named(tmp_path: Path) -> None:
    def pictures(url: str) -> list[str]:
        found = settings_with(tmp_path, KIZUNA_TILE_URL=url, KIZUNA_TILE_ATTRIBUTION="© OpenStreetMap contributors")
        sources = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"]
        return [one for one in sources if one not in ("'self'", "data:")]

    assert pictures("") == []
    assert pictures("https://tiles.hinata.example/{z}/{x}/{y}.png?key=1") == ["https://tiles.hinata.example"]
    assert pictures("https://{s}.tiles.example/{z}/{x}/{y}.png") == ["https://*.tiles.example"]


def test_pages_may_open_the_stream_wherever_it_is(tmp_path: Path) -> None:
    def sources(**environment: str) -> list[str]:
        found = settings_with(tmp_path, **environment)["CONTENT_SECURITY_POLICY"]
        return [one for one in found["DIRECTIVES"]["connect-src"] if one != "'self'"]

    assert sources() == []
    assert sources(KIZUNA_LIVE_PORT="8001") == ["http://127.0.0.1:8001", "http://localhost:8001"]
    assert sources(KIZUNA_LIVE_URL="https://live.hinata.example/live") == ["https://live.hinata.example"]
    behind = {"KIZUNA_URL": "https://crm.hinata.example", "KIZUNA_TRUSTED_PROXIES": "1", "KIZUNA_LIVE_PORT": "8001"}
    assert sources(**behind) == [], "a proxy puts it beside the pages"
    assert sources(KIZUNA_LIVE_URL="off", KIZUNA_LIVE_PORT="8001") == []
