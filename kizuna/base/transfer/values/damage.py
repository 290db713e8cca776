"""Letters that a file has lost: "?" or "\\ufffd" where somebody's encoding had none for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.fields import Field, FullName, Points, Tags
from kizuna.base.resources.fields.names import PARTS as NAMES
from kizuna.base.resources.resource import Resource
from kizuna.base.types.addresses import PARTS

LOST = _("It has lost letters on its way; what is there stays.")
LOST_IN_NAME = _("This name has lost letters on its way, and nothing is called so here.")
_MARKS = ("?", "\ufffd")
_RUN = re.compile("[?\ufffd]+")
_ONLY_MARKS = re.compile("[?\ufffd][?\ufffd\\W]*")
_IN_A_WORD = re.compile("\ufffd|\\w\\?+\\w|\\?\\?")


def is_damaged(given: str, kept: str) -> bool:
    """Whether a text is the one that is kept, with letters lost: those beyond ASCII are, one mark or two for each."""
    if kept.isascii() or not any(mark in given for mark in _MARKS) or given == kept:
        return False
    return bool(_ONLY_MARKS.fullmatch(given) or _pattern(given).fullmatch(kept))


def has_lost_letters(name: str) -> bool:
    """Whether a name looks as if it had lost letters, whatever it was."""
    return bool(_IN_A_WORD.search(name) or _ONLY_MARKS.fullmatch(name))


class Naming:
    """What new records of a kind are called, and whether that has lost letters.

    A question mark within the name of a person, or of whatever else has a reading, is a lost letter. Other titles (of a
    task, a deal) may ask something; only where nothing but marks is left have they lost their letters.
    """

    def __init__(self, resource: Resource) -> None:
        title = resource.title_field
        self._title = title.name
        self.parts: tuple[str, ...] = NAMES if isinstance(title, FullName) else (title.name,)
        self._is_proper = isinstance(title, FullName) or bool(getattr(title, "reading_path", ""))

    def is_damaged(self, values: Mapping[str, Any]) -> bool:
        name = " ".join([given for part in self.parts if isinstance(given := values.get(part), str) and given])
        if not any(mark in name for mark in _MARKS):
            return False
        return has_lost_letters(name) if self._is_proper else bool(_ONLY_MARKS.fullmatch(name))

    def column(self, values: Mapping[str, Any], is_whole: bool) -> str:
        """Where the damage is: in the whole name where that was cut into parts, else in the first part that has it."""
        if is_whole:
            return self._title
        return next(part for part in self.parts if any(mark in (values.get(part) or "") for mark in _MARKS))


@lru_cache(maxsize=1024)
def _pattern(given: str) -> re.Pattern[str]:
    """What a text may have been: each run of marks stood for one letter at least, and for no more than its length."""
    found, place = [], 0
    for run in _RUN.finditer(given):
        found += [re.escape(given[place : run.start()]), rf"[^\x00-\x7f]{{1,{len(run[0])}}}"]
        place = run.end()
    return re.compile("".join([*found, re.escape(given[place:])]))


def undamaged(field: Field, kept: Any, given: Any) -> Any:
    """What is given without what is a damaged form of what is kept; `given` itself where there is none of that."""
    if isinstance(given, str):
        return kept if isinstance(kept, str) and is_damaged(given, kept) else given
    if isinstance(field, Tags) and kept:
        return _those([one for one in given if not any(is_damaged(one, other) for other in kept)], given)
    if isinstance(field, Points) and field.point_kind == "address" and kept:
        return _those([one for one in given if not any(_is_damaged_address(one, other) for other in kept)], given)
    return given


def _those(left: list[Any], given: Any) -> Any:
    return left if len(left) < len(given) else given


def _is_damaged_address(given: dict[str, Any], kept: dict[str, Any]) -> bool:
    differing = [(given.get(part) or "", kept.get(part) or "") for part in PARTS]
    differing = [(one, other) for one, other in differing if one != other]
    return bool(differing) and all(is_damaged(one, other) for one, other in differing)
