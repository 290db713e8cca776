"""Territories, their members and realignments, as lists, forms, imports and the API have them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kizuna.base.assignment.resources import TeamOfRule, team_choices
from kizuna.base.resources import fields
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section
from kizuna.base.territories import services
from kizuna.base.territories.models import Realignment, Territory, TerritoryDraft, TerritoryMember

TONES = {"planned": "info", "running": "info", "applied": "good", "undoing": "warn"}


@register
class Territories(Resource):
    model = Territory
    plural = "territories"
    purpose = _("Parts of the market: who works in them, and which records they take")
    icon = "map"
    composites = (
        TeamOfRule("team", _("team"), source=team_choices, help=_("Everybody in it, and in the teams beneath it.")),
    )
    exclude = ("rules",)
    match_keys = ("name",)
    columns = ("name", "parent", "leader", "priority", "valid_from", "valid_until", "is_active")
    facts = ("parent", "leader", "team", "priority", "valid_from", "valid_until", "is_active")
    panel_labels = {"parent": _("Beneath it")}
    sections = (
        Section(_("Territory"), "name", "parent", "priority", "is_active", "valid_from", "valid_until"),
        Section(_("Who works there"), "leader", "team", "owner"),
        Section(_("What it takes")),
    )
    actions = (services.merge_territory,)


def working(user: str, territory: str) -> str:
    return f"{user}, {territory}"


@register
class TerritoryMembers(Resource):
    model = TerritoryMember
    purpose = _("Who works in a territory beside its team, and from when to when")
    icon = "users"
    title = "who"
    composites = (fields.InWords("who", _("member"), of=("user__name", "territory__name"), words=working),)
    columns = ("who", "territory", "user", "valid_from", "valid_until", "updated_at")
    facts = ("territory", "user", "valid_from", "valid_until")
    sort = "-updated_at"
    sections = (Section(_("Member"), "territory", "user", "valid_from", "valid_until", "owner"),)


@register
class Realignments(Resource):
    model = Realignment
    purpose = _("The tree of territories drawn anew, looked at before it counts")
    icon = "arrows-split"
    composites = (fields.Choice("state", _("state"), choices=Realignment.State.choices, tones=TONES, editable=False),)
    exclude = ("position", "preview")
    columns = ("name", "state", "applies_on", "moved", "applied_at", "owner", "updated_at")
    facts = ("state", "applies_on", "gives_out", "moved", "applied_at", "problem")
    sections = (Section(_("Realignment"), "name", "about", "applies_on", "gives_out", "owner"),)
    actions = (services.apply_realignment, services.withdraw_realignment, services.undo_realignment)


@register
class TerritoryDrafts(Resource):
    model = TerritoryDraft
    purpose = _("A territory as a realignment draws it")
    icon = "map"
    exclude = ("rules", "base", "before")
    columns = ("name", "realignment", "parent", "priority", "is_active", "updated_at")
    facts = ("realignment", "parent", "priority", "valid_from", "valid_until", "is_active")
    panel_labels = {"parent": _("Beneath it")}
    sections = (
        Section(
            _("Territory"), "realignment", "name", "parent", "priority", "is_active", "valid_from", "valid_until",
            "owner",
        ),
        Section(_("What it takes")),
    )  # fmt: skip
