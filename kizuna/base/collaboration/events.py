"""What people say to each other about records. The record is the subject, so that its history tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class CommentAdded(Event):
    """Somebody wrote a comment on a record and mentioned these people, who may all see it."""

    phrase = _("%(who)s commented")

    resource: str
    record_id: int
    comment_id: int
    mentioned: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CommentEdited(Event):
    """A comment says something else; `mentioned` are the people whom it did not mention before."""

    phrase = _("%(who)s changed a comment")

    resource: str
    record_id: int
    comment_id: int
    mentioned: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(Event):
    """A comment went to the trash."""

    phrase = _("%(who)s deleted a comment")

    resource: str
    record_id: int
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class CommentRestored(Event):
    """A comment came back from the trash."""

    phrase = _("%(who)s brought back a comment")

    resource: str
    record_id: int
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class RecordHandedOver(Event):
    """A record was given to a new owner, with a message (a comment) or without. Written before the change it causes."""

    phrase = _("%(who)s handed this over")

    resource: str
    record_id: int
    owner_id: int
    comment_id: int | None


@dataclass(frozen=True, kw_only=True)
class RecordsHandedOver(Event):
    """Many records were given to a new owner at once; `comment_ids` are the message on each of them, if there is one.

    Written before the change it causes.
    """

    phrase = _("%(who)s handed this over")

    resource: str
    ids: tuple[int, ...]
    owner_id: int
    comment_ids: tuple[int, ...]
