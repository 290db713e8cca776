"""What a lead would become: one plan, which the page shows and the conversion carries out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.duplicates import resolver
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Refused
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.contacts.models.choices import Stage
from kizuna.customers.leads.models import Lead
from kizuna.customers.leads.queries.identity import domain_of
from kizuna.domains.sales.models import Pipeline

NAMES = ("family_name", "given_name", "middle_name", "name_prefix", "name_suffix", "family_reading", "given_reading",
         "culture")  # fmt: skip
TAKEN_OVER = ("emails", "phones", "job_title", "language", "source", "tags")


@dataclass(frozen=True)
class Target:
    """What is chosen: an existing record, a new one (`is_new`), or neither."""

    existing: Record | None = None
    is_new: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a lead shall become. Without a name there is no opportunity."""

    company: Target
    contact: Target
    opportunity: str = ""
    pipeline: Pipeline | None = None


@dataclass
class Part:
    """One record that would be made, or filled where it is empty: raw values by field. What `is_kept` may not
    be changed by the reader."""

    key: str
    existing: Record | None
    values: dict[str, Any] = field(default_factory=dict)
    is_kept: bool = False

    @property
    def is_new(self) -> bool:
        return self.existing is None

    def lines(self, actor: Any) -> list[dict[str, str]]:
        """Field by field, in words for the reader; only what they may read."""
        resource, reader = registry.get(self.key), Reader.of(actor)
        readable = resource.readable_fields(actor)
        found = []
        for name, raw in self.values.items():
            one = readable.get(name)
            if one is not None and one.editable and name != "owner" and raw not in (None, "", []):
                value = one.parse(raw, reader)
                words = one.to_text(value, reader)
                if isinstance(one, Relation) and value:
                    words = one.titles(actor, [value]).get(value, words)
                if words:  # an address that is only a country has none
                    found.append({"label": str(one.label), "text": words})
        return found


def plan(actor: Any, lead: Lead, wanted: Wanted) -> list[Part]:
    """The records that come of it, in the order in which they are made. Raises Refused for a choice that cannot be."""
    found = []
    owner = lead.owner_id or actor.pk
    if wanted.company.is_new and not lead.company_name:
        raise Refused(_("The lead names no company. Choose one, or go without."), field="company")
    if wanted.company.existing or wanted.company.is_new:
        found.append(_part(actor, "company", wanted.company, _company(lead), owner))
    if wanted.contact.existing or wanted.contact.is_new:
        found.append(_part(actor, "contact", wanted.contact, _contact(lead, wanted.company), owner))
    if not found:
        raise Refused(_("Choose a contact or a company that the lead becomes."), field="contact")
    if wanted.opportunity.strip():
        found.append(Part("opportunity", None, _opportunity(lead, wanted) | {"owner": owner}))
    return found


def _part(actor: Any, key: str, target: Target, values: dict[str, Any], owner: int | None) -> Part:
    """A new record with all of it, or an existing one with what it does not have; nothing where that may not be
    changed."""
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    existing = target.existing
    if existing is None:
        return Part(key, None, given | {"owner": owner})
    model = type(existing)
    if not model._default_manager.live().permitted(actor, "update").filter(pk=existing.pk).exists():
        return Part(key, existing, is_kept=True)
    fields = registry.get(key).writable_fields(actor)
    has_name = isinstance(existing, Contact) and bool(existing.family_name or existing.given_name)
    empty = {
        name: value
        for name, value in given.items()
        if name in fields and fields[name].is_empty(fields[name].read(existing)) and not (has_name and name in NAMES)
    }
    return Part(key, existing, empty)


def _place(lead: Lead) -> list[dict[str, str]]:
    if not (lead.city or lead.country):
        return []
    return [{"city": lead.city, "country": lead.country, "label": "work"}]


def _company(lead: Lead) -> dict[str, Any]:
    return {"name": lead.company_name, "domain": domain_of(lead), "addresses": _place(lead)}


def _contact(lead: Lead, company: Target) -> dict[str, Any]:
    values = {name: getattr(lead, name) for name in (*NAMES, *TAKEN_OVER)}
    values["stage"] = Stage.PROSPECT
    if company.existing:
        values["company"] = company.existing.pk
    elif not company.is_new:
        values["addresses"] = _place(lead)
    return values


def _opportunity(lead: Lead, wanted: Wanted) -> dict[str, Any]:
    values: dict[str, Any] = {"name": wanted.opportunity.strip(), "source": lead.source, "about": lead.message}
    for name in ("company", "contact"):
        existing = getattr(wanted, name).existing
        if existing is not None:
            values[name] = existing.pk
    if wanted.pipeline:
        values["pipeline"] = wanted.pipeline.pk
    return values


def suggestions(actor: Any, lead: Lead) -> tuple[Sequence[Contact], Sequence[Company]]:
    """Contacts and companies that the lead may be, whom it is known as first; only what the actor sees."""
    person = {name: getattr(lead, name) for name in (*NAMES, "emails", "phones")}
    firm = {"name": lead.company_name, "domain": domain_of(lead)}
    people = _candidates(actor, "contact", person, lead.contact_id)
    firms = _candidates(actor, "company", firm, lead.company_id)
    return people, firms  # type: ignore[return-value]


def _candidates(actor: Any, key: str, values: dict[str, Any], known: int | None) -> list[Record]:
    resource = registry.get(key)
    ids = [known] if known else []
    if any(values.values()) and policy.permissions_of(actor).can(key, "read"):
        ids += [one.record_id for one in resolver.candidates(actor, resource, values)]
    rows = {row.pk: row for row in resource.visible_to(actor).filter(pk__in=ids)}
    return [rows[pk] for pk in dict.fromkeys(ids) if pk in rows]


def usual_name(lead: Lead) -> str:
    """What an opportunity of the lead is called, if nobody says otherwise."""
    who = lead.company_name or lead.name.display() or lead.email or lead.phone
    return f"{who}: {lead.product.name}" if lead.product else who
