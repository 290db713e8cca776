"""What assignment tells the world beside the change of the owner."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordsAssigned(Event):
    """Rules gave records to people, or found nobody (owner None): for each id the new owner, the rule, and the code of
    why. Written before the change that it causes."""

    phrase = _("%(who)s looked for somebody to take this")

    resource: str
    ids: tuple[int, ...]
    owners: tuple[int | None, ...]
    rules: tuple[int | None, ...]
    whys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RulesReordered(Event):
    """The rules of a kind of record are asked in another order: ids from first to last."""

    resource: str
    ids: tuple[int, ...]
