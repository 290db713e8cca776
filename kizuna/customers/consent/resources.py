"""Purposes, wordings, consents, the suppression list and policy packs as every screen and API call sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import fields, registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.models import Consent, PolicyPack, Purpose, Reason, State, Suppression, Wording, channels
from kizuna.customers.consent.models.purposes import BUILT_IN, english
from kizuna.customers.contacts import resources as contacts  # noqa: F401 - the contact has to be there
from kizuna.customers.contacts.models.choices import country_choices

TONES = {State.GRANTED: "good", State.WITHDRAWN: "bad", State.EXPIRED: "warn", State.REQUESTED: "warn"}


def _named(name: str) -> Any:
    return next((words[0] for words in BUILT_IN.values() if english(words[0]) == name), name)


class Offered(fields.Choices):
    """The channels of a purpose: all, where it names none."""

    @property
    def nothing(self) -> str:
        return gettext("All channels")


@register
class Purposes(Resource):
    model = Purpose
    purpose = _("What people are contacted for, and how often at most")
    icon = "flag"
    group = ""
    composites = (
        fields.Brought("name", _("name"), known=[name for name, _meaning in BUILT_IN.values()], max_length=120),
        Offered("channels", _("channels offered"), choices=channels.choices()),
    )
    columns = ("name", "channels", "most", "within_days", "is_double")
    facts = ("channels", "most", "within_days", "is_double")
    sections = (
        Section(_("Purpose"), "name", "meaning", "channels"),
        Section(_("How often"), "most", "within_days"),
        Section(_("Agreeing"), "is_double", "owner"),
    )
    actions = (services.publish_wording,)


@register
class Wordings(Resource):
    model = Wording
    purpose = _("What people read when they agreed, by language and version")
    icon = "pencil"
    title = "title"
    operations = ("read", "export")
    columns = ("title", "purpose", "language", "number", "created_at")
    facts = ("purpose", "language", "number", "created_at")
    sort = "-created_at"


def said(purpose: str, channel: str, state: str) -> str:
    """Marketing · E-mail: Granted."""
    return f"{_named(purpose)} · {channels.label(channel)}: {State(state).label}"


def listed(channel: str, reason: str) -> str:
    """E-mail: Unsubscribed."""
    return f"{channels.label(channel)}: {Reason(reason).label}"


@register
class Consents(Resource):
    model = Consent
    purpose = _("What people said about being contacted")
    icon = "shield-check"
    group = "customers"
    title = "said"
    operations = ("read", "export")
    composites = (
        fields.InWords("said", _("consent"), of=("purpose__name", "channel", "state"), words=said),
        fields.Choice("state", _("state"), choices=State.choices, tones=TONES, required=True),
    )
    columns = ("said", "contact", "source", "happened_at", "basis", "created_by")
    facts = ("contact", "state", "source", "happened_at", "created_by")
    sort = "-happened_at"
    board_by = "state"
    sections = (
        Section(_("Consent"), "contact", "purpose", "channel", "state", "basis", "valid_until"),
        Section(_("How we know"), "source", "happened_at", "wording", "language", "ip", "note"),
    )


@register
class Suppressions(Resource):
    model = Suppression
    purpose = _("Addresses that are left in peace, kept as fingerprints")
    icon = "ban"
    group = "customers"
    title = "entry"
    operations = ("read",)
    composites = (fields.InWords("entry", _("suppressed address"), of=("channel", "reason"), words=listed),)
    exclude = ("digest",)
    columns = ("entry", "purpose", "reason", "created_at", "created_by", "lifted_at")
    facts = ("channel", "created_at", "created_by", "lifted_at", "lifted_by")
    sort = "-created_at"
    sections = (Section(_("Suppressed address"), "channel", "purpose", "reason", "note"),)
    actions = (services.lift_suppression,)


@register
class PolicyPacks(Resource):
    model = PolicyPack
    purpose = _("What the law of countries asks: prior consent, quiet hours, labels")
    icon = "world"
    composites = (
        fields.Choices("countries", _("countries"), choices=country_choices()),
        fields.Choices("opt_out_channels", _("channels without prior consent"), choices=channels.choices()),
        fields.Choices("quiet_channels", _("channels with quiet hours"), choices=channels.choices()),
    )
    columns = ("name", "countries", "opt_out_channels", "quiet_from", "quiet_until", "reconfirm_days", "label")
    facts = ("countries", "quiet_from", "quiet_until", "reconfirm_days", "label")
    sections = (
        Section(_("Where"), "name", "countries", "note"),
        Section(_("Consent"), "opt_out_channels", "reconfirm_days", "label"),
        Section(_("Quiet hours"), "quiet_from", "quiet_until", "quiet_channels", "owner"),
    )


class MayContact(fields.Tags):
    """On which channels somebody may be contacted for marketing: `may_contact` without what passes with time."""

    SHOWN = ("email", "sms", "phone", "post")
    is_costly = True

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False)

    @property
    def paths(self) -> tuple[str, ...]:
        return queries.Reached._fields

    def value(self, columns: Sequence[Any]) -> list[str]:
        return self.values([columns])[0]

    def values(self, lines: Sequence[Sequence[Any]]) -> list[list[str]]:
        return queries.ways_to_advertise([queries.Reached(*line) for line in lines], self.SHOWN)

    def read(self, record: Any) -> list[str]:
        return self.value([getattr(record, path) for path in self.paths]) if record.pk else []

    def to_text(self, value: Sequence[str] | None, reader: Reader) -> str:
        return reader.listed(channels.label(code) for code in value or ())

    def cell(self, value: Sequence[str] | None, reader: Reader) -> fields.Cell:
        words = self.to_text(value, reader)
        return {"kind": "text", "text": words} if words else fields.EMPTY

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"enum": list(self.SHOWN)}, "uniqueItems": True}

    def condition(self) -> ConditionField:
        return ConditionField(
            name=self.name,
            label=self.label,
            kind="tags",
            choices=[(code, channels.label(code)) for code in self.SHOWN],
            lookup=lambda op, values: queries.may_be_advertised_to(values or self.SHOWN),
        )


MayContact.keys = fields.Field.keys  # type: ignore[method-assign]  # computed: nothing to be found by

registry.extend(
    "contact",
    actions=(
        services.record_consent,
        services.ask_consent,
        services.withdraw_consent,
        services.disclose_person,
        services.erase_person,
    ),
    fields=(MayContact("marketing_by", _("may be contacted for marketing")),),
)
