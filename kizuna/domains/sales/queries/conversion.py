"""What a lead would become: one plan, which the page shows and the conversion carries out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.duplicates import resolver
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.actions import Foreseen
from kizuna.base.resources.fields import Field, Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Refused
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.contacts.models.choices import Stage
from kizuna.customers.leads.models import Lead
from kizuna.customers.leads.queries.identity import domain_of
from kizuna.domains.sales.models import Kind, Opportunity, OpportunityContact, Pipeline

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
    """What a lead shall become. It joins an open `deal`, or a new one is made that is called `opportunity`; without
    either there is none."""

    company: Target
    contact: Target
    opportunity: str = ""
    pipeline: Pipeline | None = None
    deal: Opportunity | None = None


@dataclass
class Part:
    """One record that would be made, or filled where it is empty: raw values by field. `links` are fields that will
    lead to what is made before it, with what that is called."""

    key: str
    existing: Record | None
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.existing is None

    def lines(self, actor: Any) -> list[dict[str, str]]:
        """Field by field, in words for the reader; only what they may read."""
        reader = Reader.of(actor)
        readable = registry.get(self.key).readable_fields(actor)
        found = []
        for one, value in self._told(actor):
            words = one.to_text(value, reader)
            if isinstance(one, Relation) and value:
                words = one.titles(actor, [value]).get(value, words)
            if words:  # an address that is only a country has none
                found.append({"label": str(one.label), "text": words})
        linked = {name: words for name, words in self.links.items() if name in readable}
        return found + [{"label": str(readable[name].label), "text": words} for name, words in linked.items()]

    def foreseen(self, actor: Any) -> Foreseen:
        """The same for a program."""
        values = {one.name: one.to_json(value) for one, value in self._told(actor)}
        readable = registry.get(self.key).readable_fields(actor)
        links = [name for name in self.links if name in readable]
        return Foreseen(self.key, self.existing.pk if self.existing else None, values, links)

    def _told(self, actor: Any) -> Iterator[tuple[Field, Any]]:
        """What it brings, of the fields that the actor may read."""
        readable, reader = registry.get(self.key).readable_fields(actor), Reader.of(actor)
        for name, raw in self.values.items():
            one = readable.get(name)
            if one is not None and one.editable and name != "owner" and raw not in (None, "", []):
                yield one, one.parse(raw, reader)


def plan(actor: Any, lead: Lead, wanted: Wanted) -> list[Part]:
    """The records that come of it, in the order in which they are made. Raises Refused for a choice that cannot be."""
    found: list[Part] = []
    owner = lead.owner_id or actor.pk
    if wanted.company.is_new and not lead.company_name:
        raise Refused(_("The lead names no company. Choose one, or go without."), field="company")
    if wanted.company.existing or wanted.company.is_new:
        found.append(_part(actor, "company", wanted.company, _company(lead), owner, {}))
    if wanted.contact.existing or wanted.contact.is_new:
        made = _named(lead, found)
        found.append(_part(actor, "contact", wanted.contact, _contact(lead, wanted.company), owner, made))
    if not found:
        raise Refused(_("Choose a contact or a company that the lead becomes."), field="contact")
    made = _named(lead, found)
    if wanted.deal is not None:
        found += _joined(actor, lead, wanted, made)
    elif wanted.opportunity.strip():
        found.append(_part(actor, "opportunity", Target(is_new=True), _opportunity(lead, wanted), owner, made))
    return found


def _named(lead: Lead, parts: Sequence[Part]) -> dict[str, str]:
    """What is made, and how it is called."""
    names = {"company": lead.company_name, "contact": str(lead)}
    return {part.key: names[part.key] for part in parts if part.is_new}


def _part(
    actor: Any, key: str, target: Target, values: dict[str, Any], owner: int | None, made: dict[str, str]
) -> Part:
    """A new record with all of it, or an existing one with what it does not have; nothing where that may not be
    changed. `made` is what is made before it (`_named`)."""
    resource, existing = registry.get(key), target.existing
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    links = {name: words for name, words in made.items() if name in resource.fields}
    if existing is None:
        return Part(key, None, given | {"owner": owner}, links)
    model = type(existing)
    if not model._default_manager.live().permitted(actor, "update").filter(pk=existing.pk).exists():
        return Part(key, existing)
    has_name = isinstance(existing, Contact) and bool(existing.family_name or existing.given_name)
    fields = resource.writable_fields(actor)
    empty = {
        name
        for name in {*given, *links} & fields.keys()
        if fields[name].is_empty(fields[name].read(existing)) and not (has_name and name in NAMES)
    }
    fills = {name: value for name, value in given.items() if name in empty}
    return Part(key, existing, fills, {name: words for name, words in links.items() if name in empty})


def _joined(actor: Any, lead: Lead, wanted: Wanted, made: dict[str, str]) -> list[Part]:
    """An open deal of theirs gets what it does not have; whoever is not in it yet takes part in it from now on."""
    deal, person = wanted.deal, wanted.contact
    if deal is None or not deals_of(actor, person.existing, wanted.company.existing).filter(pk=deal.pk).exists():
        raise Refused(
            _("Choose an open opportunity of this contact or company, one that you may change."),
            field="existing_opportunity",
        )
    part = _part(actor, "opportunity", Target(deal), _opportunity(lead, wanted), None, made)
    theirs = person.existing.pk if person.existing else None
    roles = OpportunityContact.objects.live().filter(opportunity=deal, contact=theirs or 0)
    is_in = {"contact"} & {*part.values, *part.links} or (theirs and deal.contact_id == theirs) or roles.exists()
    may_add = policy.permissions_of(actor).can("opportunitycontact", "create")
    if is_in or not may_add or not (theirs or person.is_new):
        return [part]
    values = {"opportunity": deal.pk, "contact": theirs, "role": OpportunityContact.Role.INFLUENCES}
    return [part, _part(actor, "opportunitycontact", Target(is_new=True), values, deal.owner_id, made)]


def deals_of(actor: Any, contact: Record | None, company: Record | None) -> QuerySet[Opportunity]:
    """Open deals that a lead of these may join: those that the actor may change, the latest first."""
    firms = {one for one in (company and company.pk, getattr(contact, "company_id", None)) if one}
    theirs = Q(company__in=firms)
    if contact is not None:
        roles = OpportunityContact.objects.visible_to(actor).filter(contact=contact.pk)
        theirs |= Q(contact=contact.pk) | Q(pk__in=list(roles.values_list("opportunity_id", flat=True)))
    rows = Opportunity.objects.visible_to(actor).permitted(actor, "update")
    return rows.filter(theirs, status=Kind.OPEN).order_by("-updated_at", "-pk")


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
