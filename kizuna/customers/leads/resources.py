"""Leads, enquiries, score rules and response targets as every screen, API call and import sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.hours import resources as hours  # noqa: F401 - they have to be there
from kizuna.base.resources import fields
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import KnownExport, Resource, Section, TimelineEntry
from kizuna.base.territories.fields import InTerritory
from kizuna.base.types.names import PersonName
from kizuna.customers.catalog import resources as catalog  # noqa: F401 - the product has to be there
from kizuna.customers.contacts.models import channels, choices
from kizuna.customers.contacts.models.channels import IN
from kizuna.customers.contacts.resources import Domain, Language
from kizuna.customers.leads import services
from kizuna.customers.leads.models import Grade, Lead, LeadTouch, ResponseTarget, ScoreRule, Status
from kizuna.customers.leads.models.built_in import SCORES, TARGETS

GRADE_TONES = {Grade.A: "good", Grade.B: "info", Grade.C: "warn", Grade.D: ""}
STATUS_TONES = {Status.NEW: "info", Status.CONVERTED: "good", Status.UNQUALIFIED: "bad"}


class LeadName(fields.FullName):
    """A lead's name; who has none goes by the company, the address or the number."""

    @property
    def paths(self) -> tuple[str, ...]:
        return (*super().paths, "company_name", "email", "phone")

    def value(self, columns: Sequence[Any]) -> PersonName:
        *name, company, email, phone = columns
        found = super().value(name)
        if found.family or found.given:
            return found
        return PersonName(given=company or email or phone, culture=found.culture)


class Clock(fields.Field):
    """How it stands with the answer that was promised, in words: what is stored are moments."""

    kind = "choice"
    STATES = {
        "waiting": _("waiting"), "half": _("half gone"), "most": _("little left"), "nearly": _("nearly late"),
        "overdue": _("overdue"), "in_time": pgettext_lazy("answer", "in time"), "late": pgettext_lazy("answer", "late"),
    }  # fmt: skip
    TONES = {"waiting": "info", "half": "info", "most": "warn", "nearly": "warn", "overdue": "bad", "in_time": "good"}

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False, sortable=False)

    @property
    def paths(self) -> tuple[str, ...]:
        return ("due_at", "half_at", "three_quarters_at", "nine_tenths_at", "answered_at", "first_due_at")

    def value(self, columns: Sequence[Any]) -> str:
        due, half, most, nearly, answered, promised = columns
        if due is None:
            return "" if answered is None or promised is None else "in_time" if answered <= promised else "late"
        reached = {"overdue": due, "nearly": nearly, "most": most, "half": half}
        now = timezone.now()
        return next((state for state, moment in reached.items() if moment and moment <= now), "waiting")

    def read(self, record: Any) -> str:
        return self.value([getattr(record, path) for path in self.paths])

    def json_schema(self) -> dict[str, Any]:
        return {"enum": ["", *self.STATES]}

    def to_text(self, value: str, reader: Reader) -> str:
        return str(self.STATES.get(value, ""))

    def cell(self, value: str, reader: Reader) -> fields.Cell:
        if not value:
            return fields.EMPTY
        return {"kind": "choice", "text": self.to_text(value, reader), "tone": self.TONES.get(value, "")}

    def condition(self) -> ConditionField:
        def lookup(op: str, values: Sequence[Any]) -> Q:
            now, found = timezone.now(), Q(pk__in=[])
            for state in values or self.STATES:
                found |= self._rows(state, now)
            return found

        return ConditionField(
            name=self.name, label=self.label, kind="choice", choices=tuple(self.STATES.items()), lookup=lookup
        )

    @staticmethod
    def _rows(state: str, now: dt.datetime) -> Q:
        """The same question, asked of the database."""
        if state in ("in_time", "late"):
            is_late = Q(answered_at__gt=F("first_due_at"))
            answered = Q(due_at=None, answered_at__isnull=False, first_due_at__isnull=False)
            return answered & (is_late if state == "late" else ~is_late)
        steps = ("half_at", "three_quarters_at", "nine_tenths_at", "due_at")
        number = ("waiting", "half", "most", "nearly", "overdue").index(state)
        found = Q(due_at__isnull=False)
        if number:
            found &= Q(**{f"{steps[number - 1]}__lte": now})
        if number < len(steps):
            found &= Q(**{f"{steps[number]}__gt": now}) | Q(**{f"{steps[number]}__isnull": True})
        return found


_ELSEWHERE = {
    **dict.fromkeys(("Id", "Record Id", "Name", "Full Name", "OwnerId", "Lead Owner", "Lead Owner.id"), ""),
    "IsConverted": "",
    **dict.fromkeys(("Street", "State", "PostalCode", "Zip Code", "AnnualRevenue", "Annual Revenue"), ""),
    **dict.fromkeys(("LeadSource", "Lead Source", "Status", "Lead Status", "Industry", "Rating", "Tag"), "tags"),
    **dict.fromkeys(("LastName", "Last Name"), "family_name"),
    **dict.fromkeys(("FirstName", "First Name"), "given_name"),
    "Salutation": "name_prefix", "Title": "job_title", "Company": "company_name", "City": "city", "Country": "country",
    "Email": "emails", "Secondary Email": "emails:other", "Phone": "phones", "MobilePhone": "phones:mobile",
    "Mobile": "phones:mobile", "Fax": "phones:fax", "Website": "domain", "Description": "message",
}  # fmt: skip
"""Where columns of other products go; what has words of its own there becomes tags."""


@register
class Leads(Resource):
    model = Lead
    icon = "user-plus"
    group = "sales"
    rank = 10
    is_person = True
    mergeable = True
    title = "name"
    purpose = _("People who asked, and of whom nobody knows yet whether anything comes of it")
    composites = (
        LeadName("name", _("name")),
        Domain("domain", _("domain"), max_length=253),
        Language("language", _("language"), choices=choices.language_choices()),
        Language("culture", _("name culture"), choices=choices.language_choices()),
        fields.Registered("channel", _("first channel"), source=channels.choices),
        fields.Choice("status", _("status"), choices=Status.choices, default=Status.NEW, tones=STATUS_TONES),
        InTerritory(),
        Clock("response", _("response")),
        fields.Choice("grade", _("grade"), choices=Grade.choices, tones=GRADE_TONES, editable=False),
    )
    exclude = (
        "email", "phone", "score_reasons", "outcome", "half_at", "three_quarters_at", "nine_tenths_at", "warned",
        "target",
    )  # fmt: skip
    columns = (
        "name", "company_name", "status", "response", "grade", "score", "owner", "due_at", "captured_at",
    )  # fmt: skip
    facts = ("owner", "status", "response", "grade", "score", "source", "due_at", "contact", "company", "captured_at")
    board_by = "status"
    calendar_by = "captured_at"
    due = "due_at"
    sort = "-captured_at"
    subtitle = ("job_title", "company_name", "city")
    search = ("name", "family_reading", "given_reading", "company_name", "emails", "phones")
    match_keys = ("emails", "phones")
    furthest = {"status": ("unqualified", "nurturing", "new", "working", "converted")}
    import_names = {
        "company_name": (
            "company",
            "organization",
            "account name",
            "会社",
            "会社名",
            "회사",
            "회사명",
            "firma",
            "entreprise",
            "empresa",
            "azienda",
            "bedrijf",
            "компания",
            "организация",
        ),
        "job_title": ("title", "position", "role", "役職", "직책", "직위"),
        "emails": ("email", "e-mail", "email address", "メール", "メールアドレス", "이메일"),
        "phones": ("phone", "phone number", "mobile", "電話", "電話番号", "전화", "전화번호"),
        "message": ("description", "comments", "notes", "question", "お問い合わせ内容", "備考", "문의 내용", "비고"),
        "source": ("lead source", "original source", "リードソース", "流入元", "유입 경로"),
        "status": ("lead status", "リード状況", "리드 상태"),
        "campaign": ("utm_campaign", "campaign name", "キャンペーン", "캠페인"),
        "referrer": ("utm_source", "referer"),
        "landing": ("landing page", "page url", "first page seen"),
    }
    known_exports = (
        KnownExport("Salesforce", [("LastName",), ("IsConverted", "ConvertedDate")], _ELSEWHERE),
        KnownExport("Zoho CRM", [("Lead Owner", "Lead Owner.id"), ("Zip Code", "Lead Status")], _ELSEWHERE),
    )
    sections = (
        Section(_("Name"), "family_name", "given_name", "family_reading", "given_reading", "name_prefix", "culture"),
        Section(_("Reach"), "emails", "phones", "language", "country", "city"),
        Section(_("Work"), "company_name", "domain", "job_title"),
        Section(_("Enquiry"), "message", "product", "source", "tags"),
        Section(_("Where from"), "channel", "campaign", "referrer", "landing"),
        Section(_("State"), "status", "unfit_reason", "owner", "territory", "contact", "company"),
    )
    actions = (services.take_lead, services.answer_lead, services.disqualify_lead, services.reopen_lead)


def phrase_of(touch: LeadTouch) -> Any:
    return _("%(who)s received an enquiry") if touch.direction == IN else _("%(who)s answered")


def icon_of(touch: LeadTouch) -> str:
    channel = channels.named(touch.channel)
    return channel.icon if channel else "inbox"


@register
class LeadTouches(Resource):
    model = LeadTouch
    plural = "enquiries"
    purpose = _("What leads asked, and how they were answered")
    icon = "inbox"
    title = "subject"
    operations = ("read", "export")
    composites = (fields.Registered("channel", _("channel"), source=channels.choices),)
    columns = ("subject", "lead", "channel", "direction", "source", "campaign", "happened_at")
    facts = ("lead", "channel", "source", "campaign", "referrer", "landing")
    sort = "-happened_at"
    sections = (Section(_("Enquiry"), "lead", "subject", "body", "channel", "direction", "happened_at"),)
    timeline = TimelineEntry(body="body", phrase=phrase_of, at="happened_at", icon=icon_of)


@register
class ScoreRules(Resource):
    model = ScoreRule
    purpose = _("How many points speak for a lead or against it; grade A begins at 75, B at 50, C at 25")
    icon = "gauge"
    composites = (
        fields.Brought("name", _("name"), known=SCORES, max_length=120),
        fields.Condition("condition", _("for which leads"), about="lead"),
    )
    columns = ("name", "condition", "points", "is_active", "updated_at")
    facts = ("points", "is_active")
    sections = (Section(_("Rule"), "name", "points", "is_active", "position"), Section(_("For which"), "condition"))


@register
class ResponseTargets(Resource):
    model = ResponseTarget
    purpose = _("How soon leads are answered, in business hours; the first that fits counts")
    icon = "clock"
    composites = (
        fields.Brought("name", _("name"), known=TARGETS, max_length=120),
        fields.Condition("condition", _("for which leads"), about="lead"),
    )
    columns = ("name", "condition", "minutes", "hours", "owner_hears", "leader_hears", "position", "is_active")
    facts = ("minutes", "hours", "owner_hears", "leader_hears", "is_active")
    sections = (
        Section(_("Target"), "name", "minutes", "hours", "is_active", "position"),
        Section(_("Warnings"), "owner_hears", "leader_hears"),
        Section(_("For which"), "condition"),
    )
