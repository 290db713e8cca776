"""Where pages come from: our templates, in which a line break means nothing (docs/adr/0052)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.template.loaders import app_directories

import kizuna

_OURS = str(Path(kizuna.__file__).parent)
_DJANGO = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})")
_WRITTEN_AS_IT_IS = re.compile(r"{%\s*(end)?(?:blocktrans|blocktranslate|comment|verbatim)\b")
_MARKS = re.compile(r"""<(?=[a-zA-Z/!])|>|["']|[ \t]*\n\s*""")


class Loader(app_directories.Loader):
    """Templates of the apps. Pages of our own are joined; letters (`.txt`) and pages of others stay as they are."""

    def get_contents(self, origin: Any) -> str:
        written = super().get_contents(origin)
        is_ours = origin.name.startswith(_OURS) and origin.name.endswith(".html")
        return joined(written, keep_lines=self.engine.debug) if is_ours else written


def joined(written: str, *, keep_lines: bool = False) -> str:
    """A template without its line breaks and the indentation after them. Inside a tag a break parts attributes and
    becomes a space, between two words as well; elsewhere it is nothing. `keep_lines` leaves each break in a comment of
    Django, so that an error names the line of the file."""
    joiner = _Joiner(keep_lines)
    is_raw = False
    found = []
    for number, piece in enumerate(_DJANGO.split(written)):
        if number % 2:
            if told := _WRITTEN_AS_IT_IS.match(piece):
                is_raw = not told[1]
            found.append(piece)
        else:
            found.append(piece if is_raw else joiner.join(piece))
    return "".join(found)


class _Joiner:
    """Knows, from one piece of text to the next, whether it stands inside a tag of HTML and which quote is open."""

    def __init__(self, keep_lines: bool) -> None:
        self.keep_lines, self.is_in_tag, self.quote = keep_lines, False, ""

    def join(self, text: str) -> str:
        return _MARKS.sub(self._read, text)

    def _read(self, found: re.Match[str]) -> str:
        mark = found[0]
        if self.quote:
            self.quote = "" if mark == self.quote else self.quote
        elif "\n" in mark:
            return self._instead(found)
        elif self.is_in_tag:
            self.quote, self.is_in_tag = (mark, True) if mark in "\"'" else ("", mark != ">")
        else:
            self.is_in_tag = mark == "<"
        return mark

    def _instead(self, found: re.Match[str]) -> str:
        before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
        is_between_words = before not in ("", ">") and after not in ("", "<")
        space = " " if self.is_in_tag or is_between_words else ""
        return f"{{% comment %}}{found[0]}{{% endcomment %}}{space}" if self.keep_lines else space
