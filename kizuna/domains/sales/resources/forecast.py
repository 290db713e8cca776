"""Quotas, as lists, forms, imports and the API have them."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kizuna.base.assignment.resources import TeamOfRule, team_choices
from kizuna.base.resources import fields
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section
from kizuna.base.types import locales
from kizuna.base.types.errors import Invalid
from kizuna.domains.sales.models import Quota, Span
from kizuna.domains.sales.queries.periods import Period, year_begins_in


def of_period(person: str, team: str, territory: str, span: str, begins_on: str) -> str:
    """Mika Tanabe, October 2026 (Quarter): told without asking in which month the company's year begins."""
    month = locales.month(dt.date.fromisoformat(begins_on), (get_language() or "en")[:2])
    return f"{person or team or territory}, {month} ({Span(span).label})"


@register
class Quotas(Resource):
    model = Quota
    purpose = _("What people, teams and territories are to win in a period")
    icon = "target"
    title = "holder"
    composites = (
        fields.InWords(
            "holder",
            _("quota"),
            of=("person__name", "team__name", "territory__name", "span", "begins_on"),
            words=of_period,
        ),
        TeamOfRule("team", _("team"), source=team_choices),
    )
    columns = ("holder", "person", "territory", "span", "begins_on", "amount", "updated_at")
    facts = ("person", "team", "territory", "span", "begins_on", "amount")
    sort = "-begins_on"
    sections = (Section(_("Quota"), "person", "team", "territory", "span", "begins_on", "amount"),)

    def complete(self, record: Quota) -> None:
        """Any day of the period will do; the quota of a person is theirs to read."""
        if record.begins_on is not None:
            record.begins_on = Period.around(
                record.begins_on, Span(record.span), year_begins_in=year_begins_in()
            ).first_on
        if sum(one is not None for one in (record.person_id, record.team_id, record.territory_id)) != 1:
            raise Invalid({"person": [_("Choose a colleague, a team or a territory.")]})
        record.owner_id = record.person_id or record.owner_id
