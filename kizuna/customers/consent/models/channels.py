"""The channels that consent is about: those in which we can turn to somebody, and push messages, which this room
brings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.customers.contacts.models import channels
from kizuna.customers.contacts.models.channels import Channel, named

PUSH = channels.register(Channel("push", _("Push message"), "bell", (channels.OUT,), purpose=channels.MARKETING))

COLUMNS = {"email": "email", "phone": "phone", "address": "city"}
"""The column of a contact that says whether there is an address of a kind, and which; handles are looked at later."""


def every() -> list[Channel]:
    """Those whose use needs a purpose, and the website, where people are measured."""
    return [channel for channel in channels.all_channels() if channel.purpose or channel is channels.WEB]


def choices() -> list[tuple[str, Any]]:
    return [(channel.code, channel.label) for channel in every()]


def suppressible() -> list[tuple[str, Any]]:
    """Those that lead to an e-mail address or a number, by which a person is known again."""
    return [(channel.code, channel.label) for channel in every() if is_suppressible(channel)]


def is_suppressible(channel: Channel) -> bool:
    return channel.point in ("email", "phone")


def column(channel: Channel) -> str:
    return COLUMNS.get(channel.point, "")


def label(code: str) -> str:
    found = named(code)
    return str(found.label) if found else code


class ChannelCode(str):
    """The code of a channel, as the argument of a verb: any of those that are registered."""

    @staticmethod
    def choices() -> list[tuple[str, Any]]:
        return choices()
