"""The key that signs sessions and links, kept beside the data so that nobody has to invent one on a laptop."""

import os
import secrets
from pathlib import Path


def stored_secret(path: Path) -> str:
    """The key in `path`, made there on the first run, readable by its owner only.

    Written whole under another name and linked into place: of two processes starting at once, both use the same key.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
