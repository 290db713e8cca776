"""The real browser of the journeys: the machine's own Chromium, driven by Playwright.

Where there is none, its headless shell does: the same pages, without the windows and menus of a browser around them.
"""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "chromium-headless-shell")
OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
"""Features of Chromium that no journey needs. The first two give each window two more pages, for what drops down from
its address bar: half of what a window costs. Chromium heeds the last list that it is given, so the others, which
Playwright switches off too, are named again."""

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=" + ",".join(OFF),
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
