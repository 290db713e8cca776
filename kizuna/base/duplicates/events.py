"""What happens while records are sought that stand for the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class DuplicatesSought(Event):
    """A scan of all records of a kind has ended; `found` pairs wait for somebody to look at them."""

    phrase = _("%(who)s looked for duplicates")

    scan_id: int
    resource: str
    records: int
    found: int


@dataclass(frozen=True, kw_only=True)
class ToldApart(Event):
    """Two records are not the same, somebody says; they are not shown as a pair any more."""

    phrase = _("%(who)s told two records apart")

    resource: str
    ids: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class NotToldApart(Event):
    """What was said of two records was taken back: they may be the same after all."""

    phrase = _("%(who)s took back that two records differ")

    resource: str
    ids: tuple[int, int]
