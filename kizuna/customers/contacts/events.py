"""What the contacts room tells the world beside the changes of its records."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class HouseholdFormed(Event):
    """Two people came to live in one household, a new one or the one that one of them had."""

    household_id: int
    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class HouseholdRefused(Event):
    """The first of these people lives with none of the others, somebody says."""

    phrase = _("%(who)s said that they live apart")

    contact_ids: tuple[int, ...]
