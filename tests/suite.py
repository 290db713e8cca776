"""`make test`: the whole suite, once on SQLite, once on PostgreSQL, and the journeys in a real browser.

What cannot run here is said loudly and counted as skipped; with CI=true it is a failure, because there nothing may be
missing. The exit code is 0 only when every part passed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests import browser, bytecode, postgres

PARTS = ("SQLite", "PostgreSQL", "Browser")
JOURNEYS = "tests/journeys"
PROCESSES = ("-n", "2", "--dist", "worksteal")
"""Three on two cores took as long. Neighbours stay together, so that what a module builds is built once."""
GIVING_WAY = 5
"""How nice the other parts are to the journeys: of what both want they get a quarter."""


def ours() -> dict[str, str]:
    """The environment of every part: on SQLite, unless it is told otherwise."""
    return {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}


def banner(text: str) -> None:
    print(f"\n{'=' * 100}\n{text}\n{'=' * 100}", flush=True)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-v", "--durations=5", "--durations-min=3", *arguments]


def pytest(*arguments: str, **environment: str) -> int:
    """Run pytest and return its exit code; its closing summary goes straight to the terminal."""
    return subprocess.run(command(*arguments), env=bytecode.keeping(ours() | environment), check=False).returncode


def without(what: str, reason: str, *arguments: str) -> int:
    """Say loudly what is missing and count its tests as skipped."""
    in_ci = os.environ.get("CI") == "true"
    banner(f"NOT TESTED: {what}.\n{reason}{' In CI this is a failure.' if in_ci else ''}")
    code = pytest(*arguments, f"--without={what}: {reason.splitlines()[0]}", "-p", "no:xdist")
    return 1 if in_ci else code


def on_sqlite() -> int:
    return pytest(*PROCESSES, f"--ignore={JOURNEYS}")


def on_postgresql() -> int:
    """Everything that depends on the database; the rest has already run."""
    arguments = (f"--ignore={JOURNEYS}", "--database-only")
    try:
        with postgres.running() as url:
            return pytest(*PROCESSES, *arguments, DATABASE_URL=url)
    except postgres.Unavailable as reason:
        return without("PostgreSQL", str(reason), *arguments)


@contextmanager
def journeys_beside() -> Iterator[Callable[[], int]]:
    """Walk the journeys while the other parts run: alone they leave a core idle half of the time. The others give way,
    so that nobody on a page waits long. Yields what waits for the end, shows what was said, and gives the exit code."""
    with tempfile.TemporaryFile() as said:
        journeys = subprocess.Popen(
            command(JOURNEYS, "-p", "no:xdist"), env=bytecode.keeping(ours()),
            stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip
        os.nice(GIVING_WAY)

        def walked() -> int:
            code = journeys.wait()
            said.seek(0)
            sys.stdout.buffer.write(said.read())
            sys.stdout.flush()
            return code

        try:
            yield walked
        finally:
            end(journeys)


def end(journeys: "subprocess.Popen[bytes]") -> None:
    """Have pytest stop the site and the browser, if they are not over."""
    if journeys.poll() is None:
        journeys.send_signal(signal.SIGINT)
    try:
        journeys.wait(timeout=30)
    except subprocess.TimeoutExpired:
        journeys.kill()


@contextmanager
def in_browser() -> Iterator[Callable[[], int]]:
    try:
        browser.find_chromium()
    except browser.Unavailable as unavailable:
        reason = str(unavailable)
        yield lambda: without("the journeys in a browser", reason, JOURNEYS)
        return
    with journeys_beside() as walked:
        yield walked


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that our PostgreSQL is stopped too
    results, started = {}, time.monotonic()
    with in_browser() as walked:
        for title, part in zip(PARTS, (on_sqlite, on_postgresql, walked), strict=True):
            banner(f"The suite: {title}")
            results[title] = (part(), time.monotonic() - started)
    banner("\n".join(f"{title:<12}{'passed' if not code else 'FAILED'} after {over:.0f} s"
                     for title, (code, over) in results.items()))  # fmt: skip
    return 1 if any(code for code, _ in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
