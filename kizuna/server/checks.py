"""Settings that would put people's data at risk stop Kizuna from starting, with a sentence that says what to do."""

import ipaddress
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

NETWORK_FILESYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs"}
"""File systems on which SQLite's locks and shared memory do not work: the database would be damaged sooner or later."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_private(host: str) -> bool:
    """Whether `host` is a name or address inside one network: no dot in it, `.local`, `.internal`, 192.168.…"""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".home.arpa"))


def public_hosts() -> list[str]:
    """The configured host names that somebody outside this machine can use."""
    return [host for host in settings.ALLOWED_HOSTS if not is_loopback(host)]


@checks.register(checks.Tags.security)
def secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[checks.CheckMessage]:
    """Sessions, password resets and signed links are as safe as this key is hard to guess."""
    key = str(settings.SECRET_KEY)
    if len(key) < 32 or len(set(key)) < 8 or "insecure" in key:
        yield checks.Error(
            "KIZUNA_SECRET_KEY can be guessed: it is shorter than 32 characters or made of very few different ones.",
            hint="Leave it out, and Kizuna makes a good one and keeps it in its data folder.",
            id="kizuna.E001",
        )


@checks.register(checks.Tags.security)
def debug(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[checks.CheckMessage]:
    """Debug pages show settings and data to whoever meets an error."""
    if settings.DEBUG and (hosts := public_hosts()):
        yield checks.Error(
            f"KIZUNA_DEBUG is on while Kizuna answers for {', '.join(hosts)}: strangers would see data on error pages.",
            hint="Leave KIZUNA_DEBUG out.",
            id="kizuna.E002",
        )


@checks.register(checks.Tags.security)
def hosts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[checks.CheckMessage]:
    """A free choice of host name lets an attacker put his own address into password reset mails."""
    if "*" in settings.ALLOWED_HOSTS:
        yield checks.Error(
            "KIZUNA_HOSTS contains *: anybody could put another address into the mails Kizuna sends.",
            hint="List the names under which people open Kizuna, separated by commas.",
            id="kizuna.E003",
        )


@checks.register(checks.Tags.security)
def address(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[checks.CheckMessage]:
    """Links in mails start with this address, and over plain http passwords travel in clear."""
    try:
        parts = urlsplit(settings.PUBLIC_URL)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.path in ("", "/")
        valid = valid and not (parts.query or parts.fragment or parts.username) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        yield checks.Error(
            f"KIZUNA_URL is not the address of a site: {settings.PUBLIC_URL!r}.",
            hint="It looks like https://crm.example.com, with nothing after the name and port.",
            id="kizuna.E004",
        )
    elif parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        kind = checks.Warning if is_private(parts.hostname or "") else checks.Error
        yield kind(
            f"KIZUNA_URL is {settings.PUBLIC_URL}: over plain http everybody on the way can read passwords and data.",
            hint="Put a proxy that speaks https in front, and set KIZUNA_URL to its https:// address.",
            id="kizuna.E005",
        )


@checks.register(checks.Tags.security)
def proxies(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[checks.CheckMessage]:
    """Behind a proxy it does not know of, Kizuna would redirect to https for ever and throttle all people as one."""
    if settings.TRUSTED_PROXIES < 0 or (settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES):
        yield checks.Error(
            "KIZUNA_URL is https, and Kizuna itself speaks http: it needs to know how many proxies stand in front.",
            hint="Set KIZUNA_TRUSTED_PROXIES to their number, mostly 1. They must set X-Forwarded-For and -Proto.",
            id="kizuna.E006",
        )


@checks.register(checks.Tags.security)
def database_file(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[checks.CheckMessage]:
    """SQLite's write-ahead log needs a disk of this machine."""
    path = sqlite_file()
    if path and (filesystem := filesystem_of(path, mounts())) in NETWORK_FILESYSTEMS:
        yield checks.Error(
            f"The database {path} is on a network drive ({filesystem}), where SQLite damages its files.",
            hint="Set KIZUNA_DATA_DIR to a folder on a local disk, or DATABASE_URL to a PostgreSQL database.",
            id="kizuna.E007",
        )


@checks.register(checks.Tags.security)
def mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[checks.CheckMessage]:
    """Without mail nobody can reset a password."""
    if public_hosts() and settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        yield checks.Warning(
            "Mails are written to the log and sent to nobody: password resets will not arrive.",
            hint="Set KIZUNA_EMAIL_URL, for example submission://user:password@mail.example.com:587.",
            id="kizuna.W001",
        )


@checks.register(checks.Tags.database)
def collation(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> Iterable[checks.CheckMessage]:
    """In a PostgreSQL database with the character type C, Japanese and Korean text has no letters: searches miss it."""
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()"
            )
            encoding, character_type = cursor.fetchone()
        if encoding != "UTF8" or character_type in ("C", "POSIX"):
            yield checks.Error(
                f"The PostgreSQL database has encoding {encoding} and character type {character_type}.",
                hint="Create it with: createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0 kizuna",
                id="kizuna.E008",
            )


def sqlite_file() -> Path | None:
    """Where the records are when they are in one file."""
    database = settings.DATABASES["default"]
    return Path(str(database["NAME"])).resolve() if database["ENGINE"].endswith("sqlite3") else None


def mounts() -> list[tuple[Path, str]]:
    """(mount point, type of file system) of this machine; empty where it does not tell."""
    try:
        lines = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return []
    fields = [line.split() for line in lines]
    return [(Path(field[1].replace("\\040", " ")), field[2]) for field in fields if len(field) > 2]


def filesystem_of(path: Path, mounted: Iterable[tuple[Path, str]]) -> str:
    """The type of the file system that holds `path`, "" when unknown."""
    holding = [(point, kind) for point, kind in mounted if path.is_relative_to(point)]
    return max(holding, key=lambda mount: len(mount[0].parts), default=(path, ""))[1]


def refuse_unsafe_settings() -> None:
    """For a server that no management command started: raise when a security check finds an error."""
    errors = [found for found in checks.run_checks(tags=[checks.Tags.security]) if found.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint or ''}" for error in errors))
