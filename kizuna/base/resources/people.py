"""Users as a resource: colleagues are shown, picked as owners and read over the API; identity's services write them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.identity.models import Team, User
from kizuna.base.resources import fields
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section


class OfTeam(fields.Field):
    """The team of a colleague. To ask for a team is to ask for those beneath it too, however many people they hold."""

    kind = "choice"

    def __init__(self) -> None:
        super().__init__("team", _("team"), path="team__name", editable=False, sortable=False)

    def value(self, columns: Sequence[Any]) -> str:
        return columns[0] or ""

    def read(self, record: Any) -> str:
        return record.team.name if record.team else ""

    def condition(self) -> ConditionField:
        return ConditionField(
            name=self.name,
            label=self.label,
            kind=self.kind,
            choices=lambda: [(one.pk, one.name) for one in Team.objects.all()],
            lookup=lambda op, values: _members(values) if values else Q(team__isnull=False),
        )


def _members(team_ids: Sequence[int]) -> Q:
    paths = Team.objects.filter(pk__in=team_ids).values_list("path", flat=True)
    return reduce(or_, (Q(team__path__startswith=path) for path in paths), Q(pk__in=()))


@register
class Users(Resource):
    model = User
    icon = "user"
    is_person = True
    composites = (OfTeam(),)
    exclude = ("password", "last_login", "preferences", "is_admin", "is_active", "session_epoch", "theme", "roles")
    columns = ("name", "email", "language", "time_zone")
    search = ("name", "email")
    sort = "name"
    sections = (Section(_("Person"), "name", "email"),)
    operations = ("read",)
