"""Leads become contacts, companies and opportunities: all of it or nothing, once, and back while untouched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.actions import Foreseen, action
from kizuna.base.resources.fields import Among
from kizuna.base.types.errors import Denied, Refused
from kizuna.customers.consent import services as consent
from kizuna.customers.consent.models import Consent, Standing, State, strictest
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.leads import services as leads
from kizuna.customers.leads.models import Lead, LeadConsent, Status
from kizuna.domains.sales.models import Kind, Opportunity, Pipeline
from kizuna.domains.sales.queries.conversion import Part, Target, Wanted, plan
from kizuna.domains.sales.services import playing

OpenDeal = Annotated[Opportunity, Among({"field": "status", "op": "any_of", "value": [Kind.OPEN.value]})]
MADE_OF = ("company", "contact", "opportunity", "opportunitycontact")
FIRST = (State.WITHDRAWN, State.EXPIRED, State.GRANTED, State.REQUESTED)
"""Of several things that a lead said which one goes along: a yes was confirmed, or needed no question."""


@dataclass(frozen=True)
class Conversion:
    """What a lead became."""

    lead: Lead
    contact_id: int | None
    company_id: int | None
    opportunity_id: int | None

    @classmethod
    def of(cls, lead: Lead) -> Conversion:
        told = lead.outcome
        return cls(lead, told.get("contact"), told.get("company"), told.get("opportunity"))


def may_convert(lead: Lead) -> bool:
    return lead.is_open and not lead.is_deleted


@action(
    label=_("Convert"),
    done=_("Converted."),
    icon="transform",
    place="page",
    when=may_convert,
    asks={
        "contact": _("Existing contact (empty: a new one)"),
        "company": _("Existing company"),
        "new_company": _("Make a new company"),
        "opportunity": _("Name of the opportunity (empty: none)"),
        "pipeline": _("Pipeline"),
        "existing_opportunity": _("Existing opportunity (instead of a new one)"),
    },
)
def convert_lead(
    *,
    actor: Any,
    lead: Lead,
    contact: Contact | None = None,
    company: Company | None = None,
    new_company: bool = False,
    opportunity: str = "",
    pipeline: Pipeline | None = None,
    existing_opportunity: OpenDeal | None = None,
) -> Lead | Opportunity:
    """Turn a lead into a contact, with a company and an opportunity if you like. Doing it twice gives the same answer.

    What exists already is filled only where it is empty; consent is carried over at its strictest. An existing
    opportunity is an open one of the contact or the company; the contact gets a buying role in it. The result is the
    opportunity, where there is one.
    """
    wanted = _wanted(
        contact=contact, company=company, new_company=new_company, opportunity=opportunity, pipeline=pipeline,
        existing_opportunity=existing_opportunity,
    )  # fmt: skip
    done = convert(actor=actor, lead=lead, wanted=wanted)
    deals = Opportunity.objects.visible_to(actor).filter(pk=done.opportunity_id or 0)
    return deals.first() or done.lead


@convert_lead.planned_by
def plan_conversion(*, actor: Any, lead: Lead, **asked: Any) -> list[Foreseen]:
    """What `convert_lead` would make or fill with the same arguments; nothing where the lead is converted already."""
    wanted = _wanted(**asked)
    if lead.converted_at:
        return []
    _check_open(lead)
    parts = plan(actor, lead, wanted)
    for part in parts:
        if part.is_new and not policy.permissions_of(actor).can(part.key, "create"):
            raise Denied()
    return [part.foreseen(actor) for part in parts]


def _wanted(
    *, contact: Contact | None = None, company: Company | None = None, new_company: bool = False, opportunity: str = "",
    pipeline: Pipeline | None = None, existing_opportunity: Opportunity | None = None,
) -> Wanted:  # fmt: skip
    if existing_opportunity is not None and opportunity.strip():
        raise Refused(_("A new opportunity or an existing one, not both."), field="existing_opportunity")
    return Wanted(
        company=Target(company, is_new=new_company and company is None),
        contact=Target(contact, is_new=contact is None),
        opportunity=opportunity,
        pipeline=pipeline,
        deal=existing_opportunity,
    )


def _check_open(lead: Lead) -> None:
    if not may_convert(lead):
        raise Refused(_("Open the lead again before you convert it."))


@transaction.atomic
def convert(*, actor: Any, lead: Lead, wanted: Wanted) -> Conversion:
    """The same with every choice; the caller has checked the right to it. Whoever comes second gets what the first
    made."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if lead.converted_at:
        return Conversion.of(lead)
    _check_open(lead)
    made: dict[str, Record] = {}
    filled: dict[str, dict[str, Any]] = {}
    for part in plan(actor, lead, _held(wanted)):
        made[part.key] = _carried_out(actor, part, made, filled)
    new = [key for key in made if key not in filled]
    outcome: dict[str, Any] = {key: record.pk for key, record in made.items()} | {"made": new, "filled": filled}
    if "contact" in made:
        _carry_consent(actor, lead, made["contact"].pk)
    leads.mark_converted(
        actor=actor, lead=lead, contact_id=outcome.get("contact"), company_id=outcome.get("company"), outcome=outcome
    )
    lead.outcome["versions"] = {key: _version(key, record.pk) for key, record in made.items()}
    lead.save(update_fields=["outcome"])
    return Conversion.of(lead)


def _held(wanted: Wanted) -> Wanted:
    """The same, with what exists locked and as it is now: two leads that fill one contact do so one after the other."""
    return replace(
        wanted,
        company=replace(wanted.company, existing=_locked(wanted.company.existing)),
        contact=replace(wanted.contact, existing=_locked(wanted.contact.existing)),
        deal=_locked(wanted.deal),
    )


def _locked(record: Any) -> Any:
    if record is None:
        return None
    found = type(record)._default_manager.live().select_for_update(of=("self",)).filter(pk=record.pk).first()
    if found is None:
        raise Refused(_("What you chose is not there any more."), field=registry.of(record).key)
    return found


def _carried_out(actor: Any, part: Part, made: dict[str, Record], filled: dict[str, dict[str, Any]]) -> Record:
    resource = registry.get(part.key)
    values = part.values | {name: made[name].pk for name in part.links}
    if part.existing is None:
        return records.create(actor=actor, resource=resource, values=values)
    filled[part.key] = {
        name: resource.fields[name].to_json(resource.fields[name].read(part.existing)) for name in values
    }
    return records.update(actor=actor, record=part.existing, changes=values) if values else part.existing


def _version(key: str, pk: int) -> int:
    return registry.get(key).model._default_manager.values_list("version", flat=True).get(pk=pk)


def _carry_consent(actor: Any, lead: Lead, contact_id: int) -> None:
    """Of what the lead said and what the contact has said, the stricter holds for each purpose and channel; of what the
    lead said, a no, and a yes before a question. What was written down with the contact at once, when the lead said it,
    is not said again."""
    said: dict[tuple[int, str], LeadConsent] = {}
    theirs = Consent.objects.filter(
        contact_id=contact_id, purpose_id=OuterRef("purpose_id"), channel=OuterRef("channel"),
        state=OuterRef("state"), happened_at__gte=OuterRef("happened_at"),
    )  # fmt: skip
    rows = LeadConsent.objects.filter(~Exists(theirs), lead=lead).select_related("purpose", "wording")
    for one in rows.order_by("pk"):
        key = (one.purpose_id, one.channel)
        before = said.get(key)
        said[key] = one if before is None or FIRST.index(one.state) <= FIRST.index(before.state) else before
    held = {
        (purpose, channel): state
        for purpose, channel, state in Standing.objects.filter(contact_id=contact_id).values_list(
            "purpose_id", "channel", "state"
        )
    }
    for key, one in said.items():
        if key in held and strictest([held[key], one.state]) == held[key]:
            continue
        consent.keep_enquired(
            by=actor, contact_id=contact_id, purpose=one.purpose, channel=one.channel, state=one.state,
            source=one.source, wording=one.wording, ip=one.ip or "", language=lead.language,
            happened_at=one.happened_at,
        )  # fmt: skip


@action(
    label=_("Take the conversion back"),
    done=_("Conversion taken back."),
    icon="arrow-back-up",
    place="page",
    when=lambda lead: lead.status == Status.CONVERTED,
    confirm=_("What the conversion made goes to the trash, and what it filled is emptied."),
)
def revert_conversion(*, actor: Any, lead: Lead) -> Lead:
    """Take a conversion back while nobody has touched what came of it."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if not lead.converted_at:
        raise Refused(_("This lead is not converted."))
    touched = [str(registry.get(key).label) for key in MADE_OF if lead.outcome.get(key) and _is_touched(lead, key)]
    if touched:
        raise Refused(_("This was changed or used since: %(what)s.") % {"what": ", ".join(touched)})
    outcome = dict(lead.outcome)
    lead = leads.mark_reverted(actor=actor, lead=lead)
    if "opportunity" in outcome["made"]:
        playing.take_back_tasks(opportunity_ids=[outcome["opportunity"]])
    for key in reversed(MADE_OF):
        rows = registry.get(key).model._default_manager
        if key in outcome["made"]:
            records.trash_each(actor=actor, records=[rows.get(pk=outcome[key])])
        elif outcome["filled"].get(key):
            records.update(actor=SYSTEM, record=rows.get(pk=outcome[key]), changes=outcome["filled"][key])
    return lead


def _is_touched(lead: Lead, key: str) -> bool:
    """Whether a record that came of a lead is another by now, or has something that the conversion did not bring. What
    was only joined, and got nothing by it, may have gone on."""
    pk, resource = lead.outcome[key], registry.get(key)
    if key not in lead.outcome["made"] and not lead.outcome["filled"].get(key):
        return False
    record = resource.model._default_manager.filter(pk=pk, deleted_at=None).first()
    if record is None or record.version != lead.outcome["versions"][key]:
        return True
    if key not in lead.outcome["made"]:
        return False
    own = {one: lead.outcome.get(one) for one in MADE_OF}
    for panel in resource.related_lists:
        rows = panel.resource.model._default_manager.filter(**{panel.field.id_path: pk})
        if panel.resource.has_trash:
            rows = rows.filter(deleted_at=None)
        if panel.resource.key in own:
            rows = rows.exclude(pk=own[panel.resource.key] or 0)
        if panel.resource.key == "lead":
            rows = rows.exclude(pk=lead.pk)
        if panel.resource.key == "interaction":
            rows = rows.exclude(source_resource="lead", source_id=lead.pk)
        if panel.resource.key == "task" and own["opportunity"]:
            rows = rows.exclude(pk__in=playing.untouched_tasks([own["opportunity"]]))
        if panel.resource.key == "consent":
            rows = rows.filter(created_at__gt=lead.converted_at)
        if rows.exists():
            return True
    return False
