"""Whom we know a lead as: by an address that is the same, never by a name alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from kizuna.base.duplicates import resolver
from kizuna.base.identity import SYSTEM
from kizuna.base.records import bulk
from kizuna.base.resources import registry
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.leads.models import Lead
from kizuna.customers.leads.models.leads import OPEN

FREE_MAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "yahoo.co.jp",
    "yahoo.co.uk", "icloud.com", "me.com", "mac.com", "aol.com", "proton.me", "protonmail.com", "gmx.de", "gmx.net",
    "web.de", "t-online.de", "orange.fr", "free.fr", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "i.softbank.jp",
    "nifty.com", "naver.com", "hanmail.net", "daum.net", "kakao.com", "nate.com", "qq.com", "163.com", "126.com",
})  # fmt: skip
"""Where everybody can have an address: it says nothing about where they work."""


class Known(NamedTuple):
    contact_id: int | None
    company_id: int | None


def known_as(lead: Lead) -> Known:
    """The contact with the same e-mail address, else with the same number where the resolver finds it likely; and the
    company they belong to, else the one of the domain."""
    contact = _contact(lead)
    if contact is not None and contact.company_id:
        return Known(contact.pk, contact.company_id)
    return Known(contact.pk if contact else None, _company_by_domain(lead))


def domain_of(lead: Lead) -> str:
    """The domain where the lead works: the one they gave, or that of an address that is not of a mail provider."""
    domain = lead.domain or lead.email.rpartition("@")[2]
    return "" if domain in FREE_MAIL else domain


def _contact(lead: Lead) -> Contact | None:
    ids = _holders("contact", lead)
    people = {one.pk: one for one in Contact.objects.live().filter(pk__in=ids)}
    return next((people[pk] for pk in ids if pk in people), None)


def _holders(key: str, lead: Lead) -> list[int]:
    """Records of a kind with one of the lead's addresses: by e-mail first, then those by number that are likely."""
    pairs = [("emails", point["key"]) for point in lead.emails] + [("phones", point["key"]) for point in lead.phones]
    found = bulk.records_having(key, pairs)
    by_mail = [pk for kind, _key, pk in found if kind == "emails"]
    by_phone = [pk for kind, _key, pk in found if kind == "phones" and pk not in by_mail]
    if not by_phone or by_mail or not lead.name.display():
        return by_mail or by_phone
    return [pk for pk in by_phone if pk in _likely(key, lead)]


def _likely(key: str, lead: Lead) -> set[int]:
    """A number may be that of a family or a reception: then the name decides."""
    resource = registry.get(key)
    parts = ("family_name", "given_name", "family_reading", "given_reading", "emails", "phones")
    values: dict[str, Any] = {name: getattr(lead, name) for name in parts}
    return {one.record_id for one in resolver.candidates(SYSTEM, resource, values) if one.is_likely}


def _company_by_domain(lead: Lead) -> int | None:
    domain = domain_of(lead)
    ids = [pk for _kind, _key, pk in bulk.records_having("company", [("domain", domain)])] if domain else []
    return Company.objects.live().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True).first()


def open_lead_of(lead: Lead, *, since: dt.datetime) -> Lead | None:
    """The open lead of the same person who asked last after `since`; locked, so that it stays open meanwhile."""
    ids: Sequence[int] = _holders("lead", lead)
    rows = Lead.objects.live().filter(pk__in=ids, status__in=OPEN, last_enquiry_at__gte=since)
    return rows.select_for_update(of=("self",)).order_by("-last_enquiry_at", "-pk").first()
