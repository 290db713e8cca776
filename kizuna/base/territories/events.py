"""What territories tell the world beside the records and territories that were edited."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordsPlaced(Event):
    """Records of one kind lie in another territory, by the rules; the subjects hold before and after."""

    phrase = _("The rules moved this to another territory")

    resource: str
    ids: tuple[int, ...]
    realignment_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TerritoriesMerged(Event):
    """All that lay in a territory lies in another; the first is archived."""

    phrase = _("%(who)s merged two territories")

    territory_id: int
    into_id: int


@dataclass(frozen=True, kw_only=True)
class RecordsCarriedOver(Event):
    """What somebody had put into a territory lies in the one it was merged with; subjects hold before and after."""

    phrase = _("%(who)s merged its territory with another")

    resource: str
    ids: tuple[int, ...]
    into_id: int


@dataclass(frozen=True, kw_only=True)
class RecordsReleased(Event):
    """The territory into which somebody had put these records is gone: they lie where the rules say."""

    phrase = _("The territory that was chosen is gone; the rules decide")

    resource: str
    ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MembersTurned(Event):
    """With the day people begin to work in territories, or work there no longer; the subjects are their memberships."""

    phrase = _("With the day this begins to count, or counts no longer")

    day: str


@dataclass(frozen=True, kw_only=True)
class RealignmentPlanned(Event):
    """A realignment will be carried out on a day."""

    phrase = _("%(who)s planned the realignment")

    realignment_id: int


@dataclass(frozen=True, kw_only=True)
class RealignmentWithdrawn(Event):
    """A planned realignment is a draft again: somebody thought better of it, or on its day it could not be applied."""

    phrase = _("The realignment is a draft again")

    realignment_id: int
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class RealignmentStarted(Event):
    """The tree is as the realignment says; records are being moved."""

    phrase = _("%(who)s applied the realignment")

    realignment_id: int


@dataclass(frozen=True, kw_only=True)
class RealignmentFinished(Event):
    """Every record lies where the realignment, or taking it back, puts it."""

    phrase = _("The realignment is carried out")

    realignment_id: int
    moved: int


@dataclass(frozen=True, kw_only=True)
class RealignmentUndone(Event):
    """The tree is again as it was before the realignment; records are being moved back."""

    phrase = _("%(who)s took the realignment back")

    realignment_id: int
