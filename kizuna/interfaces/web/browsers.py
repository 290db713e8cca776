"""A browser in words that its owner knows it by."""

MAKES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""In this order: most say the names of others, too."""
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def named(user_agent: str) -> str:
    """ "Firefox, Windows", as far as it tells."""
    found = [next((name for mark, name in known if mark in user_agent), "") for known in (MAKES, SYSTEMS)]
    return ", ".join(filter(None, found)) or user_agent[:40] or "?"
