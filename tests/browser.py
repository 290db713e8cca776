"""The real browser of the journeys: the machine's own Chromium, driven by Playwright.

Where there is none, its headless shell does: the same pages, without the windows and menus of a browser around them.
"""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "chromium-headless-shell")
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Nothing of the browser's own may talk to the network during a test."""


class Unavailable(Exception):
    """No Chromium on this machine."""


def find_chromium() -> str:
    """The path of the machine's Chromium; CHROMIUM names another."""
    if named := os.environ.get("CHROMIUM"):
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise Unavailable(f"None of {', '.join(NAMES)} is on PATH. On Debian: apt-get install chromium")


def arguments() -> list[str]:
    """Command-line switches; root needs one more, because Chromium's sandbox refuses to start as root."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
