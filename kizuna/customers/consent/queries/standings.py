"""How things stand: what one person agreed to, which purposes there are, and in which words we ask."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from kizuna.base.types.errors import Missing
from kizuna.customers.consent.models import Purpose, Standing, Wording, channels
from kizuna.customers.consent.models.purposes import SERVICE
from kizuna.customers.contacts.models import Contact


def purpose_named(code: str) -> Purpose:
    """The purpose with this code. Raises Missing."""
    found = Purpose.objects.live().filter(code=code).first()
    if found is None:
        raise Missing()
    return found


def wording_of(purpose: Purpose | None, pk: int) -> Wording | None:
    """One of the wordings in which a purpose was ever asked for."""
    return Wording.objects.live().filter(pk=pk, purpose=purpose).first()


def offered() -> list[Purpose]:
    """The purposes that people can say yes or no to, those that Kizuna brings first."""
    return list(Purpose.objects.live().exclude(code=SERVICE).order_by("pk"))


def ways_of(purpose: Purpose) -> list[str]:
    """The channels on which a purpose is offered: all but the website, where it does not say."""
    return list(purpose.channels) or [code for code, _label in channels.choices() if code != "web"]


def standings_of(contact: Contact) -> list[Standing]:
    rows = Standing.objects.filter(contact_id=contact.pk).select_related("purpose", "consent__wording")
    return list(rows.order_by("purpose_id", "channel"))


def current_wording(purposes: Sequence[Purpose], language: str) -> dict[int, Wording]:
    """The newest wording of each purpose in a language, or in the language of the installation; by purpose."""
    found: dict[int, Wording] = {}
    rows = Wording.objects.live().filter(purpose__in=purposes, language__in={language, settings.LANGUAGE_CODE})
    for wording in rows.order_by("number"):
        held = found.get(wording.purpose_id)
        if held is None or wording.language == language or held.language != language:
            found[wording.purpose_id] = wording
    return found
