"""What happens when records become one, and two again."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordsMerged(Event):
    """Records of one kind turned out to be one: `others` are found under `survivor_id` from now on.

    The subjects are all of them, and the records that moved.
    """

    phrase = _("%(who)s merged records into one")

    merge_id: int
    resource: str
    survivor_id: int
    others: tuple[int, ...]
    fields: tuple[str, ...]
    moved: int


@dataclass(frozen=True, kw_only=True)
class RecordsUnmerged(Event):
    """A merge was taken apart: `others` are records of their own again, with what moved from them."""

    phrase = _("%(who)s took a merge apart")

    merge_id: int
    resource: str
    survivor_id: int
    others: tuple[int, ...]
    fields: tuple[str, ...]
    moved: int
