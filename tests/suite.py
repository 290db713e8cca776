"""`make test`: the whole suite, once on SQLite, once on PostgreSQL, and the journeys in a real browser.

What can be said about the code without running the product is said by `make check`, which CI runs first. What cannot
run here is said loudly and counted as skipped; with CI=true it is a failure, because there nothing may be missing. The
exit code is 0 only when every part passed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

from tests import browser, bytecode, postgres

PARTS = ("SQLite", "PostgreSQL", "Browser")
JOURNEYS = "tests/journeys"
CHECKED = "tests/architecture"
"""What `make check` runs."""
PROCESSES = ("-n", "2", "--dist", "worksteal")
"""Three on two cores took as long. Neighbours stay together, so that what a module builds is built once."""
BROWSERS = ("-n", "2", "--dist", "loadfile")
"""One browser with its site leaves a third of two cores idle. The journeys of a file go through the same company."""


def ours() -> dict[str, str]:
    """The environment of every part: on SQLite, unless it is told otherwise."""
    return {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}


def banner(text: str) -> None:
    print(f"\n{'=' * 100}\n{text}\n{'=' * 100}", flush=True)


def pytest(*arguments: str, **environment: str) -> int:
    """Run pytest and return its exit code; its closing summary goes straight to the terminal."""
    env = ours() | environment
    command = [sys.executable, "-m", "pytest", "-v", "--durations=5", "--durations-min=3", *arguments]
    return subprocess.run(command, env=bytecode.keeping(env), check=False).returncode


def without(what: str, reason: str, *arguments: str) -> int:
    """Say loudly what is missing and count its tests as skipped."""
    in_ci = os.environ.get("CI") == "true"
    banner(f"NOT TESTED: {what}.\n{reason}{' In CI this is a failure.' if in_ci else ''}")
    code = pytest(*arguments, f"--without={what}: {reason.splitlines()[0]}", "-p", "no:xdist")
    return 1 if in_ci else code


def on_sqlite() -> int:
    return pytest(*PROCESSES, f"--ignore={JOURNEYS}", f"--ignore={CHECKED}")


def on_postgresql(migrated: Callable[[], str]) -> int:
    """Everything that depends on the database; the rest has already run."""
    arguments = (f"--ignore={JOURNEYS}", f"--ignore={CHECKED}", "--database-only")
    try:
        return pytest(*PROCESSES, *arguments, DATABASE_URL=migrated())
    except postgres.Unavailable as reason:
        return without("PostgreSQL", str(reason), *arguments)


@contextmanager
def in_the_making(*words: str, said: Path, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Python at work while other parts run; it ends with the block at the latest."""
    with said.open("w") as out:
        making = subprocess.Popen(
            [sys.executable, *words], env=bytecode.keeping(ours()) | environment,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield making
        finally:
            making.kill()
            making.wait()


@contextmanager
def postgres_in_the_making() -> Iterator[Callable[[], str]]:
    """Start a PostgreSQL and migrate it while other parts run. Yields what waits until that is done and tells its URL,
    or raises `Unavailable`."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.running())
        except postgres.Unavailable as reason:
            yield partial(fail, reason)
            return
        own = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        making = stack.enter_context(in_the_making("-m", "tests.database", said=Path(os.devnull), **own))

        def made() -> str:
            making.wait()  # should it have failed, the tests try again and show why
            return url

        yield made


def fail(reason: Exception) -> NoReturn:
    raise reason


@contextmanager
def site_in_the_making() -> Iterator[Callable[[], str]]:
    """Load the sample company while other parts run, so that the journeys do not wait for it. Yields what waits until
    it is there and tells its folder, where `said` names who can sign in."""
    with tempfile.TemporaryDirectory(prefix="kizuna-journeys-") as folder:
        said = Path(folder) / "said"
        own = {"DJANGO_SETTINGS_MODULE": "tests.settings", "TESTS_DATA_DIR": f"{folder}/made"}
        with in_the_making("-m", "tests.site", folder, said=said, **own) as making:

            def made() -> str:
                if making.wait():
                    said.unlink()  # the journeys try again and show why
                return folder

            yield made


def in_browser(site: str) -> int:
    try:
        browser.find_chromium()
    except browser.Unavailable as reason:
        return without("the journeys in a browser", str(reason), JOURNEYS)
    return pytest(JOURNEYS, *BROWSERS, JOURNEYS_SITE=site)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that our PostgreSQL is stopped too
    results = {}
    with postgres_in_the_making() as migrated, site_in_the_making() as made:
        parts = (on_sqlite, lambda: on_postgresql(migrated), lambda: in_browser(made()))
        for title, part in zip(PARTS, parts, strict=True):
            banner(f"The suite: {title}")
            started = time.monotonic()
            results[title] = (part(), time.monotonic() - started)
    banner("\n".join(f"{title:<12}{'passed' if not code else 'FAILED'} in {took:.0f} s"
                     for title, (code, took) in results.items()))  # fmt: skip
    return 1 if any(code for code, _ in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
