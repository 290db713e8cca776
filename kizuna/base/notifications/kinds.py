"""The kinds of notifications there are. Rooms above register theirs in `apps.ready()`; nothing here knows them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kizuna.base.notifications.models import Mail

Excerpts = Callable[[Collection[int]], Mapping[int, str]]


def _nothing(ids: Collection[int]) -> Mapping[int, str]:
    return {}


@dataclass(frozen=True)
class Kind:
    """`phrase` is a sentence with `%(who)s` and `%(title)s`; `label` stands in the preferences.

    `excerpts` finds the words of the parts (comments) with these ids; a part that is gone has none, and a line about
    a part that is gone (`needs_part`) is not shown.
    """

    code: str
    label: Any
    phrase: Any
    icon: str
    mail: Mail = Mail.DAILY
    push: bool = False
    excerpts: Excerpts = _nothing
    needs_part: bool = False


@dataclass(frozen=True)
class Preference:
    """What somebody wants of one kind: a line in Kizuna, a letter, and a push to the browsers that they let in."""

    in_product: bool
    mail: Mail
    push: bool


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    _kinds[kind.code] = kind
    return kind


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def named(code: str) -> Kind | None:
    """The kind with this code; None when its room is no longer installed."""
    return _kinds.get(code)


def preference(user: Any, kind: Kind) -> Preference:
    """As the person said, or as the kind has it at first."""
    kept = user.preferences.get("notifications", {}).get(kind.code, {})
    mail = kept.get("mail")
    return Preference(
        in_product=bool(kept.get("in_product", True)),
        mail=Mail(mail) if mail in Mail.values else kind.mail,
        push=bool(kept.get("push", kind.push)),
    )
