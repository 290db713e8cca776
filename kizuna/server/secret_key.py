"""The keys that sign sessions, links and pushes, kept beside the data so that nobody has to invent one on a laptop."""

import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def stored_secret(path: Path, make: Callable[[], str] = new_secret) -> str:
    """The key in `path`, made there on the first run, readable by its owner only.

    Written whole under another name and linked into place: of two processes starting at once, both use the same key.
    """
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(make())
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        path.chmod(0o600)
    return path.read_text().strip()
