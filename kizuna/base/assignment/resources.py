"""Assignment rules, their members and absences as every screen, API call and import sees them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kizuna.base.assignment import kinds
from kizuna.base.assignment.models import Absence, AssignmentMember, AssignmentRule
from kizuna.base.identity.models import Team
from kizuna.base.resources import fields
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section
from kizuna.base.types import locales


@register
class AssignmentRules(Resource):
    model = AssignmentRule
    purpose = _("Who gets new records: the first rule that fits decides")
    icon = "arrows-split"
    composites = (
        fields.Condition("condition", _("for which"), about_in="kind"),
        fields.Registered("kind", _("records"), source=kinds.kind_choices, required=True),
        fields.Registered("way", _("who gets it"), source=kinds.way_choices, default=kinds.ROUND_ROBIN.code),
    )
    columns = ("name", "kind", "way", "keeps_owner", "is_active", "position", "updated_at")
    facts = ("kind", "way", "keeps_owner", "is_active")
    sections = (
        Section(_("Rule"), "name", "kind", "is_active", "position"),
        Section(_("For which records"), "condition"),
        Section(_("Who gets them"), "way", "keeps_owner", "owner"),
    )


class Member(fields.Field):
    """The person or the team in one line."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False, sortable=False)

    @property
    def paths(self) -> tuple[str, ...]:
        return ("user__name", "team__name")

    def value(self, columns: Any) -> str:
        return str(columns[0] or columns[1] or "")

    def read(self, record: Any) -> str:
        return str(record)

    def cell(self, value: str, reader: Reader) -> fields.Cell:
        return {"kind": "name", "text": value, "reading": "", "lang": "", "initials": ""}

    def condition(self) -> None:
        return None


def team_choices() -> list[tuple[int, str]]:
    return [(team.pk, team.name) for team in Team.objects.order_by("path")]


class TeamOfRule(fields.Registered):
    """A team by its number, or its name."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, path=f"{name}_id", sortable=False, **options)

    def read(self, record: Any) -> int | None:
        return getattr(record, self.path)

    def assign(self, record: Any, value: int | None) -> None:
        setattr(record, self.path, value)

    @property
    def empty(self) -> Any:
        return None

    def json_schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "integer", "examples": [42]}, {"type": "null"}]}

    def input_schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "integer"}, {"type": "null"}, {"enum": [""]}]}


@register
class AssignmentMembers(Resource):
    model = AssignmentMember
    purpose = _("Who takes part in a rule, with which weight and up to how many")
    icon = "users"
    title = "who"
    composites = (
        Member("who", _("member")),
        fields.Condition("condition", _("only those"), about_in="rule__kind"),
        TeamOfRule("team", _("team"), source=team_choices, help=_("Everybody in it, and in the teams beneath it.")),
    )
    columns = ("who", "rule", "weight", "most", "position")
    facts = ("rule", "user", "team", "weight", "most")
    sort = "position"
    sections = (
        Section(_("Member"), "rule", "user", "team", "weight", "most", "position"),
        Section(_("Only those"), "condition", "owner"),
    )


def days(user: str, since: str, until: str) -> str:
    """Mika Tanabe, 24 Dec – 6 Jan."""
    first, last = (locales.day(date.fromisoformat(one), (get_language() or "en")[:2]) for one in (since, until))
    return f"{user}, {first}" if since == until else f"{user}, {first} – {last}"


@register
class Absences(Resource):
    model = Absence
    purpose = _("Who is away, and when: they are given nothing meanwhile")
    icon = "calendar-off"
    title = "days"
    composites = (
        fields.InWords("days", _("absence"), of=("owner__name", "since_on", "until_on"), words=days),
        fields.Relation("owner", _("person"), target="user"),
    )
    columns = ("days", "since_on", "until_on", "note")
    facts = ("owner", "since_on", "until_on")
    sort = "-since_on"
    calendar_by = "since_on"
    sections = (Section(_("Absence"), "owner", "since_on", "until_on", "note"),)
