"""Every way in which a customer and we reach each other: one registry for consent, the timeline and rooms to come."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

IN, OUT = "in", "out"
DIRECTIONS = ((IN, pgettext_lazy("of a touch", "From them")), (OUT, pgettext_lazy("of a touch", "From us")))
"""Who turned to whom: the customer to us, or we to the customer."""


@dataclass(frozen=True)
class Channel:
    """`code` is stored, and never changes its meaning.

    `directions` are those that there can be; the first is the usual one. `cost` is what one touch by us roughly costs,
    as a multiple of a text message: it puts channels in order where nobody said what they really cost. `purpose` is
    the purpose of consent that opening a conversation here needs; "" where nobody is written to or called. `point` is
    the kind of address of a contact through which the channel leads ("email", "phone", "handle", "address").
    """

    code: str
    label: Any
    icon: str
    directions: tuple[str, ...] = (OUT, IN)
    cost: Decimal = Decimal(0)
    purpose: str = ""
    point: str = ""


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> Channel:
    """Add a channel; the same code again replaces it."""
    _channels[channel.code] = channel
    return channel


def all_channels() -> list[Channel]:
    return list(_channels.values())


def named(code: str) -> Channel | None:
    """The channel with this code; None when its room is no longer installed."""
    return _channels.get(code)


def choices() -> list[tuple[str, Any]]:
    return [(channel.code, channel.label) for channel in all_channels()]


MARKETING = "marketing"

EMAIL = register(Channel("email", _("E-mail"), "mail", (OUT, IN), Decimal("0.1"), MARKETING, "email"))
PHONE = register(Channel("phone", _("Telephone"), "phone", (OUT, IN), Decimal(60), MARKETING, "phone"))
SMS = register(Channel("sms", _("Text message"), "device-mobile", (OUT, IN), Decimal(1), MARKETING, "phone"))
CHAT = register(Channel("chat", _("Chat app"), "message-circle", (IN, OUT), Decimal(20), MARKETING, "handle"))
POST = register(Channel("post", _("Post"), "mailbox", (OUT, IN), Decimal(15), MARKETING, "address"))
FAX = register(Channel("fax", _("Fax"), "printer", (OUT, IN), Decimal(3), MARKETING, "phone"))
SOCIAL = register(Channel("social", _("Social media"), "share", (IN, OUT), Decimal(10), MARKETING, "handle"))
WEB = register(Channel("web", _("Website"), "world", (IN, OUT)))
IN_PERSON = register(Channel("in_person", _("In person"), "users", (IN, OUT), Decimal(200)))
EVENT = register(Channel("event", _("Event"), "calendar-event", (IN, OUT), Decimal(100)))
BROADCAST = register(Channel("broadcast", _("Broadcast"), "broadcast", (OUT,), Decimal("0.5")))
MARKETPLACE = register(Channel("marketplace", _("Marketplace"), "building-store", (IN, OUT)))
CARD = register(Channel("card", _("Member card"), "id-badge-2", (IN,)))
