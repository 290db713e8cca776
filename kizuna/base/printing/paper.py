"""Paper: a typst template and data become a PDF.

    pdf("domains/sales/templates/sales/quote.typ", {"title": "…"}, made_at=quote.sent_at)

What people wrote goes in as data, never as markup: a template reads `json(bytes(sys.inputs.data))`, where `#evil()` and
`*` are letters like any other.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

ROOT = Path(__file__).resolve().parents[2]
"""Where templates are looked for, and may read from: the `kizuna` package."""
FONTS = ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold", "manimgx_fonts", "fontpkg_almarai/files")
"""Packages of fonts: Latin, Greek, Cyrillic, Japanese, Chinese and Korean letters; Noto for the other scripts that
people write today, and for emoji; Arabic letters whose words can be searched for and copied out of the PDF (those of
Noto come out in pieces). A system's own fonts are not used: a page looks the same wherever it was made."""

_here = threading.local()


def pdf(template: str, data: Any, *, made_at: dt.datetime) -> bytes:
    """The pages as PDF; equal data make equal bytes. `template` is a path beneath the package; `data` holds what JSON
    can. Raises typst.TypstError for a template that cannot be followed."""
    told = {"data": json.dumps(data, ensure_ascii=False, separators=(",", ":"))}
    made = _compiler().compile(
        input=str(ROOT / template), format="pdf", sys_inputs=told, timestamp=int(made_at.timestamp())
    )
    assert isinstance(made, bytes)
    return made


def _compiler() -> typst.Compiler:
    """One for each thread: it keeps the data of the page it is about."""
    if not hasattr(_here, "compiler"):
        _here.compiler = typst.Compiler(root=str(ROOT), font_paths=font_folders(), ignore_system_fonts=True)
    return _here.compiler


@cache
def font_folders() -> list[str]:
    """Where the fonts lie."""
    return [str(files(package) / folder) for package, _slash, folder in (name.partition("/") for name in FONTS)]
