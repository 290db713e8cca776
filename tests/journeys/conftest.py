"""A real browser before the real product: `kizuna serve` from a folder of its own, with the sample company."""

import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests import browser as chromium
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


PATIENCE = 60_000
"""Milliseconds that a busy machine may take until something is seen."""
expect.set_options(timeout=PATIENCE)

ALIVE = "() => 'htmx' in window && !document.querySelector(':not(:defined)')"
"""Whether the scripts of a page have come, those of its islands too; on a busy machine later than the page."""


@contextmanager
def without_chunk(page: Page, name: str) -> Iterator[None]:
    """The page that is opened in this block waits for the script of an island; the script comes as the block ends."""
    late: list[Route] = []
    page.route(f"**/chunks/{name}-*.js", lambda route: late.append(route))
    yield
    for route in late:
        route.continue_()
    page.wait_for_function(ALIVE)
    assert late, f"the page asked for no {name}"


@dataclass
class Site:
    """The running product."""

    url: str
    environment: dict[str, str]
    people: dict[str, str] = field(default_factory=dict)
    """address -> password of who can sign in."""

    def kizuna(self, *words: str) -> str:
        """Run a `kizuna` command against the site's data and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "kizuna", *words], env=self.environment, cwd=ROOT, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample company, served on a free port until the last journey is over. Each process has one of its own."""
    folder = tmp_path_factory.mktemp("site")
    if made := os.environ.get("JOURNEYS_SITE"):  # `make test` has loaded one
        shutil.copytree(made, folder, dirs_exist_ok=True)
    port, live_port = free_port(), free_port()
    ours = ("KIZUNA_", "DATABASE_URL", "DJANGO_")  # the site runs on the product's settings, not on those of the tests
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    own = {"KIZUNA_DATA_DIR": str(folder), "KIZUNA_LIVE_PORT": str(live_port)}
    site = Site(f"http://127.0.0.1:{port}", kept | own)
    said = folder / "said"
    site.people = read_people(said.read_text() if said.exists() else site.kizuna("demo", "--no-serve"))
    server = subprocess.Popen(
        [sys.executable, "-m", "kizuna", "serve", "--port", str(port)], env=site.environment, cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=(folder / "log").open("w"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        wait_until_it_answers(server, site.url, folder / "log")
        wait_until_it_answers(server, f"http://127.0.0.1:{live_port}/live", folder / "log")
        yield site
    finally:
        server.terminate()
        server.wait(timeout=60)


def read_people(said: str) -> dict[str, str]:
    """address -> password, from the lines "  hana@hinata.example  password …  who" that `kizuna demo` prints."""
    rows = [line.split() for line in said.splitlines()]
    return {row[0]: row[2] for row in rows if len(row) > 2 and row[1] == "password"}


def wait_until_it_answers(server: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    for _attempt in range(360):  # two servers may start at once, on a machine that has other work
        if answers(url):
            return
        try:
            code = server.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"kizuna serve ended with {code}:\n{log.read_text()}")
    pytest.fail(f"kizuna serve does not answer:\n{log.read_text()}")


@pytest.fixture(scope="session")
def running_browser() -> Iterator[Browser]:
    try:
        executable = chromium.find_chromium()
    except chromium.Unavailable as reason:
        pytest.skip(str(reason))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.arguments())
        yield browser
        browser.close()


class Profiles:
    """Profiles of the browser, by what their windows look like. They go from journey to journey without what was left
    in them, and so read script and style once. In each an empty tab stays open: to open its window anew would cost the
    browser twice as much as to open another tab."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self._free: dict[str, list[BrowserContext]] = {}
        self._taken: list[tuple[str, BrowserContext]] = []

    def open(self, cookies: list[Any], **look: Any) -> Page:
        """A new window in a profile that nobody uses, with nothing in it but these cookies."""
        free = self._free.setdefault(repr(look), [])
        profile = free.pop() if free else self._new(look)
        self._taken.append((repr(look), profile))
        page = profile.new_page()
        kept = {"origin": self.url, "storageTypes": "local_storage,indexeddb,service_workers,cache_storage"}
        profile.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
        profile.add_cookies(cookies)
        return page

    def _new(self, look: dict[str, Any]) -> BrowserContext:
        profile = self.browser.new_context(base_url=self.url, **look)
        profile.new_page()
        return profile

    def close_all(self) -> None:
        """Close the windows of a journey."""
        for look, profile in self._taken:
            for page in profile.pages[1:]:
                page.close()
            profile.clear_cookies()
            profile.set_offline(False)
            self._free[look].append(profile)
        self._taken.clear()


@pytest.fixture(scope="session")
def profiles(site: Site, running_browser: Browser) -> Profiles:
    return Profiles(running_browser, site.url)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(profiles: Profiles) -> Iterator[OpenPage]:
    """`open_page(width=390, language="ja-JP", dark=True)`: a window of a new visitor.

    What goes wrong behind the screen (a script error, a refused resource, an answer of 500) fails the journey.
    """
    faults: list[str] = []

    def open_page(
        *, width: int = 1440, height: int = 900, language: str = "en-GB", dark: bool = False, state: Any = None
    ) -> Page:
        page = profiles.open(
            state or [], locale=language, timezone_id="Asia/Tokyo", viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light", reduced_motion="reduce",
        )  # fmt: skip
        page.set_default_timeout(PATIENCE)
        listen(page, faults)
        return page

    yield open_page
    profiles.close_all()
    assert not faults, "\n".join(faults)


def listen(page: Page, faults: list[str]) -> None:
    """Note what goes wrong on a page."""
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("console", lambda said: faults.extend([f"console: {said.text}"] if is_fault(said.type, said.text) else []))
    page.on("response", lambda answer: faults.extend([f"{answer.status} {answer.url}"] if answer.status >= 500 else []))


def is_fault(kind: str, text: str) -> bool:
    """Errors count, but not the browser's own line about a 4xx answer: those are part of some journeys."""
    return kind == "error" and "Failed to load resource: the server responded with a status of 4" not in text


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """address -> cookies of who has signed in before, so that only the first journey of a person fills in the form."""
    return {}


@pytest.fixture
def signed_in(site: Site, open_page: OpenPage, sessions: dict[str, Any]) -> OpenPage:
    """`signed_in("hana@hinata.example", at="/contacts", width=390)`: a window of somebody signed in, on that page.

    Without a name it is the first one whom `kizuna demo` names: an administrator.
    """

    def sign_in(address: str = "", *, at: str = "/", **window: Any) -> Page:
        address = address or next(iter(site.people))
        if address not in sessions:
            page = open_page()
            page.goto("/")
            page.locator("input[name=login]").fill(address)
            page.locator("input[name=password]").fill(site.people[address])
            page.locator("input[name=password]").press("Enter")
            page.locator("#main").wait_for()
            sessions[address] = page.context.cookies()
        page = open_page(**window, state=sessions[address])
        page.goto(at)
        page.locator("#main").wait_for()
        page.wait_for_function(ALIVE)
        return page

    return sign_in
