"""What an interaction can be: the kinds that people log by hand, and those that rooms to come register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.customers.contacts.models import channels
from kizuna.customers.contacts.models.channels import IN, OUT


@dataclass(frozen=True)
class Kind:
    """`phrases` say in a sentence who did it, by direction: `%(who)s` is the colleague who handled it.

    `weight` is what one of them counts for in the strength of a relation: a visit tells more than a newsletter.
    `by_hand` says that people log it themselves; others are written by the room that registered them.
    """

    code: str
    label: Any
    icon: str
    channel: str
    direction: str = OUT
    weight: int = 1
    phrases: Mapping[str, Any] = field(default_factory=dict)
    by_hand: bool = False

    def phrase(self, direction: str) -> Any:
        return self.phrases.get(direction) or _("%(who)s noted this")


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind; from a room's `apps.ready()`. Raises ValueError for a channel that nobody knows."""
    if channels.named(kind.channel) is None:
        raise ValueError(f"The kind {kind.code} names a channel {kind.channel}, which there is not.")
    _kinds[kind.code] = kind
    return kind


def forget(code: str) -> None:
    """A room is gone; its interactions stay, and are told without its words."""
    _kinds.pop(code, None)


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def named(code: str) -> Kind | None:
    """The kind with this code; None when its room is no longer installed."""
    return _kinds.get(code)


def usual_of(channel: str) -> Kind:
    """What people log in a channel, where that is one kind; "other" where it is none, or several."""
    found = [kind for kind in all_kinds() if kind.by_hand and kind.channel == channel]
    return found[0] if len(found) == 1 else OTHER


def choices() -> list[tuple[str, Any]]:
    return [(kind.code, kind.label) for kind in all_kinds()]


CALL = register(
    Kind("call", _("Call"), "phone", "phone", OUT, 3, {OUT: _("%(who)s called"), IN: _("%(who)s took a call")}, True)
)
TALK = register(
    Kind(
        "talk",
        _("Talk in person"),
        "users",
        "in_person",
        IN,
        5,
        {OUT: _("%(who)s paid a visit"), IN: _("%(who)s spoke in person")},
        True,
    )
)
MAIL = register(
    Kind(
        "mail",
        _("E-mail"),
        "mail",
        "email",
        OUT,
        2,
        {OUT: _("%(who)s wrote an e-mail"), IN: _("%(who)s received an e-mail")},
        True,
    )
)
LETTER = register(
    Kind(
        "letter",
        _("Letter"),
        "mailbox",
        "post",
        OUT,
        3,
        {OUT: _("%(who)s sent a letter"), IN: _("%(who)s received a letter")},
        True,
    )
)
FAX = register(
    Kind(
        "fax", _("Fax"), "printer", "fax", OUT, 2, {OUT: _("%(who)s sent a fax"), IN: _("%(who)s received a fax")}, True
    )
)
SMS = register(
    Kind(
        "sms",
        _("Text message"),
        "device-mobile",
        "sms",
        OUT,
        2,
        {OUT: _("%(who)s sent a text message"), IN: _("%(who)s received a text message")},
        True,
    )
)
CHAT = register(
    Kind(
        "chat",
        _("Chat"),
        "message-circle",
        "chat",
        IN,
        3,
        {OUT: _("%(who)s wrote in the chat"), IN: _("%(who)s answered in the chat")},
        True,
    )
)
OTHER = register(Kind("other", _("Other"), "circle-dot", "event", IN, 1, {}, True))
