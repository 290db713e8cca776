"""Static files ready to be served: collected under hashed names with compressed copies, only when they changed."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

ENTRY = "kizuna/app.js"


def is_built() -> bool:
    """Whether the front end was built at all (a wheel always carries it)."""
    return finders.find(ENTRY) is not None


def fingerprint() -> str:
    """Changes whenever a static file of any app does."""
    whole = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in sorted(finder.list(None), key=lambda found: found[0]):
            stat = (storage.size(path), storage.get_modified_time(path).timestamp())
            whole.update(f"{path}\0{stat}\0".encode())
    return whole.hexdigest()


def collect() -> bool:
    """Collect when something changed; whether it had to. In debug the files are served from their sources."""
    if settings.DEBUG:
        return False
    stamp = settings.STATIC_ROOT / ".collected"
    now = fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)
    return True
