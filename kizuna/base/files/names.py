"""Names of files: kept as given, as far as that is harmless, and made fit for every system when they leave."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from kizuna.base.types import text

MOST_BYTES = 255
LONGEST_EXTENSION = 20
UNNAMED = "file"

_RESERVED = re.compile(r'[<>:"|?*\\/]')
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


def harmless(name: str) -> str:
    """The name as it is stored and shown: the last part of a path, nothing invisible, at most 255 bytes. Idempotent."""
    found = text.clean(re.split(r"[\\/]", text.clean(name))[-1])
    if not found.strip(". "):
        return UNNAMED
    return _shortened(found)


def _shortened(name: str) -> str:
    """Cut in the middle, so that the extension stays; never inside a character."""
    if len(name.encode()) <= MOST_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > LONGEST_EXTENSION:
        stem, dot, extension = name, "", ""
    room = MOST_BYTES - len((dot + extension).encode())
    return text.clean(stem.encode()[:room].decode("utf-8", "ignore")) + dot + extension


def extension(name: str) -> str:
    """In lower case and without the dot; "" when there is none."""
    stem, _dot, found = name.rpartition(".")
    return found.lower() if stem and len(found) <= LONGEST_EXTENSION else ""


def portable(name: str) -> str:
    """The name as other systems may have it in their folders: without what Windows reserves."""
    found = _RESERVED.sub("_", harmless(name)).rstrip(". ") or UNNAMED
    if found.startswith("."):
        found = f"_{found}"
    return f"_{found}" if _DEVICES.match(found) else found


def disposition(name: str) -> str:
    """Content-Disposition of a download (RFC 6266): a plain name for old programs, the whole one as in RFC 8187."""
    found = portable(name)
    plain = unicodedata.normalize("NFKD", found).encode("ascii", "ignore").decode()
    plain = re.sub(r'[^ -~]|["\\%;]', "_", plain).strip()
    stem, dot, told = plain.rpartition(".")
    if not (stem if dot else told).strip("_ "):
        plain = f"{UNNAMED}.{told}" if dot and told else UNNAMED
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found, safe='')}"
