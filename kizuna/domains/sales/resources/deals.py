"""Pipelines, deals and what belongs to them, as every screen, API call and import sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import fields, registry
from kizuna.base.resources.lines import Lines
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import AsLanes, Resource, Section
from kizuna.base.territories.fields import InTerritory
from kizuna.base.types.errors import Invalid
from kizuna.base.types.money import Money
from kizuna.base.types.names import PersonName
from kizuna.customers.contacts.resources import ContactName
from kizuna.domains.sales import services
from kizuna.domains.sales.models import (
    CloseReason,
    Competitor,
    Kind,
    Opportunity,
    OpportunityCompetitor,
    OpportunityContact,
    OpportunitySplit,
    Pipeline,
    Stage,
)
from kizuna.domains.sales.models.pipelines import BUILT_IN
from kizuna.domains.sales.queries import first_stage, reasons_for
from kizuna.domains.sales.queries.offering import employer_of
from kizuna.domains.sales.resources.checklists import Checklist
from kizuna.domains.sales.resources.deal_lines import totals_of_deal
from kizuna.domains.sales.services.deal_lines import FOLLOWS

NOON = dt.time(12)
"""When a deal was closed of which only the day is known."""
GIVEN = frozenset({"name", "pipeline", "stage"})
"""What every deal has; no stage needs to ask for it."""


class Given(fields.Relation):
    """Always has a value: to give none leaves it to Kizuna when the record is new, and changes nothing later."""

    def parse_again(self, raw: Any, reader: Reader, stored: Any) -> Any:
        return stored if raw in (None, "") else self.parse(raw, reader)


class OfStage(Given):
    """Follows another field: it can be chosen once."""

    def parse_again(self, raw: Any, reader: Reader, stored: Any) -> Any:
        found = super().parse_again(raw, reader, stored)
        if found != stored:
            raise Invalid({"": [_("Choose a stage of the other pipeline instead.")]})
        return found


class Amount(fields.MoneyAmount):
    """Its currency stays what it was first; of a deal with lines it is what these come to."""

    def why_fixed(self, record: Any) -> Any:
        return FOLLOWS if record.has_lines else ""

    def parse_again(self, raw: Any, reader: Reader, stored: Money | None) -> Any:
        found = self.parse(raw, reader)
        if found is not None and stored is not None and found.currency != stored.currency:
            words = _("This deal is in %(currency)s, and stays so.")
            raise Invalid({"": [words % {"currency": stored.currency}]})
        return found


class Reason(fields.Relation):
    """Of a deal that has ended, one for that end; an open one may still end either way."""

    def asked_of(self, record: Any) -> fields.Field:
        return self if record.is_open else self.narrowed(reasons_for(Kind(record.status)))


@register
class Pipelines(Resource):
    model = Pipeline
    purpose = _("The ways in which you sell, stage by stage")
    icon = "layout-kanban"
    composites = (fields.Brought("name", _("name"), known=BUILT_IN, max_length=120, key=True),)
    columns = ("name", "position", "quiet_days", "updated_at")
    facts = ("position", "quiet_days")
    search = ("name",)
    match_keys = ("name",)
    sort = "position"
    sections = (Section(_("Pipeline"), "name", "position", "quiet_days", "about", "owner"),)


class RequiredFields(fields.Choices):
    """Fields of a deal by their labels, those that administrators added too."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, choices=(), **options)

    @property
    def choices(self) -> Any:
        known = registry.get("opportunity").fields if self.resource else {}
        return tuple((name, field.label) for name, field in known.items() if field.editable and name not in GIVEN)

    @choices.setter
    def choices(self, value: Any) -> None:
        """What there is, deals say."""

    @property
    def _labels(self) -> dict[Any, Any]:
        return dict(self.choices)

    @_labels.setter
    def _labels(self, value: Any) -> None:
        """The same."""


@register
class Stages(Resource):
    model = Stage
    purpose = _("The steps that deals go through")
    icon = "progress"
    composites = (
        fields.Brought("name", _("name"), known=BUILT_IN, max_length=120, key=True),
        RequiredFields(
            "required_fields", _("required fields"), help=_("What has to be filled in before a deal may enter.")
        ),
    )
    columns = ("name", "pipeline", "kind", "position", "probability", "forecast_category", "max_age_days")
    percents = ("probability",)
    facts = ("pipeline", "kind", "position", "probability", "forecast_category", "max_age_days")
    subtitle = ("pipeline",)
    search = ("name",)
    match_keys = ("name",)
    sort = "position"
    as_lanes = AsLanes(
        sort="position", within="pipeline", kind="kind", ends={"won": ("trophy", "good"), "lost": ("x", "")}
    )
    sections = (
        Section(_("Stage"), "pipeline", "name", "kind", "position"),
        Section(_("Chances"), "probability", "forecast_category"),
        Section(_("What belongs to it"), "max_age_days", "required_fields", "owner"),
    )
    actions = (services.merge_stage,)


@register
class CloseReasons(Resource):
    model = CloseReason
    purpose = _("Why deals are won or lost")
    icon = "help"
    composites = (fields.Brought("name", _("name"), known=BUILT_IN, max_length=120, key=True),)
    columns = ("name", "kind", "updated_at")
    facts = ("kind",)
    subtitle = ("kind",)
    search = ("name",)
    match_keys = ("name",)
    sections = (Section(_("Closing reason"), "name", "kind", "owner"),)


@register
class Opportunities(Resource):
    model = Opportunity
    plural = "opportunities"
    purpose = _("Deals on their way, stage by stage")
    icon = "target-arrow"
    group = "sales"
    rank = 20
    exclude = ("items", "open_items", "way")
    composites = (
        Checklist("checklist", _("checklist")),
        OfStage("pipeline", _("pipeline"), target="pipeline", help=_("Empty: the one of the stage.")),
        Given("stage", _("stage"), target="stage", help=_("Empty: the first one.")),
        Amount("amount", _("amount")),
        Reason("reason", _("closing reason"), target="closereason"),
        InTerritory(),
    )
    columns = ("name", "company", "stage", "amount", "closes_on", "next_step", "owner", "next_step_on")
    facts = ("stage", "amount", "probability", "closes_on", "company", "contact", "next_step", "reason")
    subtitle = ("contact", "company")
    search = ("name", "next_step")
    sort = "-updated_at"
    board_by = "stage"
    calendar_by = "closes_on"
    lines = Lines(
        "opportunityline.opportunity",
        columns=("words", "quantity", "unit_price", "discount", "total"),
        asks=("product", "quantity"),
        totals=totals_of_deal,
        makes=("amount",),
    )
    due = "next_step_on"
    rots = "rots_on"
    weighed_by = "probability"
    percents = ("probability", "own_probability")
    moves = {"stage": services.move_opportunity}
    import_names = {
        "name": ("deal name", "opportunity name", "deal", "topic", "商談名", "案件名", "영업기회명", "딜 이름"),
        "company": ("account", "account name", "associated company", "取引先名", "会社名", "회사명", "거래처"),
        "contact": ("primary contact", "contact name", "担当者", "담당자"),
        "pipeline": ("pipeline", "sales process", "パイプライン", "파이프라인"),
        "stage": ("deal stage", "sales stage", "フェーズ", "ステージ", "단계"),
        "amount": ("amount", "deal value", "value", "金額", "受注金額", "금액"),
        "closes_on": ("close date", "expected close date", "closing date", "完了予定日", "受注予定日", "마감일"),
        "next_step": ("next step", "次のステップ", "다음 단계"),
        "about": ("description", "説明", "설명"),
    }  # fmt: skip
    sections = (
        Section(_("Opportunity"), "name", "company", "contact", "pipeline", "stage"),
        Section(_("Worth"), "amount", "closes_on", "own_probability", "forecast_category"),
        Section(_("Next"), "next_step", "next_step_on"),
        Section(_("More"), "source", "reason", "tags", "about", "owner", "territory"),
    )
    actions = (
        services.win_opportunity,
        services.lose_opportunity,
        services.reopen_opportunity,
        services.move_opportunity,
        services.quote_opportunity,
    )

    def complete(self, record: Opportunity) -> None:
        """The first stage where none was chosen; pipeline, status and probability as the stage says. Whom a contact
        buys for is the customer, as on quotes. What comes in closed was closed on its close date."""
        if record._state.adding and record.contact and not record.company_id:
            record.company_id = employer_of(record.contact)
        if not record.stage_id:
            stage = first_stage(record.pipeline_id)
            if stage is None:
                raise Invalid({"stage": [_("There is no stage to begin in. Add one in the settings.")]})
            record.stage = stage
        if record._state.adding and record.pipeline_id not in (None, record.stage.pipeline_id):
            raise Invalid({"stage": [_("This stage belongs to another pipeline.")]})
        record.follow(record.stage)
        if record._state.adding and record.closed_at and record.closes_on:
            closed = dt.datetime.combine(record.closes_on, NOON, tzinfo=dt.UTC)
            record.closed_at = min(closed, record.closed_at)


class Part(fields.Field):
    """Somebody and what they have to say. Seen by who sees them (`policies`)."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False, sortable=False)
        self._person = ContactName("name", label)

    @property
    def paths(self) -> tuple[str, ...]:
        return ("role", *(f"contact__{path}" for path in self._person.paths))

    def value(self, columns: Sequence[Any]) -> tuple[str, PersonName]:
        return columns[0], self._person.value(columns[1:])

    def read(self, record: Any) -> tuple[str, PersonName]:
        return record.role, self._person.read(record.contact)

    def to_text(self, value: tuple[str, PersonName], reader: Reader) -> str:
        role, person = value
        return f"{person.display(reader.name_order)} · {OpportunityContact.Role(role).label}"

    def to_json(self, value: tuple[str, PersonName]) -> str:
        return f"{value[1].display()} · {value[0]}"

    def cell(self, value: tuple[str, PersonName], reader: Reader) -> fields.Cell:
        words = self.to_text(value, reader)
        return {"kind": "name", "text": words, "reading": "", "lang": value[1].lang, "initials": value[1].initials}

    def condition(self) -> None:
        return None


@register
class OpportunityContacts(Resource):
    model = OpportunityContact
    purpose = _("Who has what to say in a deal")
    icon = "users"
    title = "part"
    composites = (Part("part", _("buying role")),)
    columns = ("part", "opportunity", "note", "updated_at")
    facts = ("opportunity", "contact", "role", "note")
    sort = "-created_at"
    panel_labels = {"contact": _("Parts in deals")}
    sections = (Section(_("Buying role"), "opportunity", "contact", "role", "note", "owner"),)


@register
class Competitors(Resource):
    model = Competitor
    purpose = _("Who your customers could buy from instead")
    icon = "swords"
    columns = ("name", "website", "updated_at")
    facts = ("website",)
    search = ("name",)
    match_keys = ("name",)
    sections = (Section(_("Competitor"), "name", "website", "strengths", "weaknesses", "owner"),)


def competing(name: str, standing: str) -> str:
    """Nordlicht: ahead of us."""
    return f"{name} · {OpportunityCompetitor.Standing(standing).label}"


@register
class OpportunityCompetitors(Resource):
    model = OpportunityCompetitor
    purpose = _("Who else is after a deal")
    icon = "swords"
    title = "competing"
    composites = (fields.InWords("competing", _("competitor"), of=("competitor__name", "standing"), words=competing),)
    columns = ("competing", "opportunity", "note", "updated_at")
    facts = ("opportunity", "competitor", "standing", "note")
    sort = "-created_at"
    panel_labels = {"competitor": _("Deals they are after")}
    sections = (Section(_("Competition"), "opportunity", "competitor", "standing", "note", "owner"),)


def shared(person: str, percent: str) -> str:
    """Mika Tanabe · 30%."""
    number = percent.rstrip("0").rstrip(".") if "." in percent else percent
    return f"{person} · {number}%"


@register
class OpportunitySplits(Resource):
    model = OpportunitySplit
    purpose = _("With whom the credit for a deal is shared; the rest is its owner's")
    icon = "chart-pie"
    title = "share"
    composites = (fields.InWords("share", _("share"), of=("person__name", "percent"), words=shared),)
    columns = ("share", "opportunity", "updated_at")
    facts = ("opportunity", "person", "percent")
    percents = ("percent",)
    sort = "-created_at"
    sections = (Section(_("Split"), "opportunity", "person", "percent", "owner"),)
