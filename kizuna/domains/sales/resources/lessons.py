"""The case library as every screen, API call and import sees it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import fields
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section
from kizuna.domains.sales.models import Lesson
from kizuna.domains.sales.resources import deals  # noqa: F401 - the opportunity has to be there


@register
class Lessons(Resource):
    model = Lesson
    purpose = _("What was learned from deals that were won and lost")
    icon = "books"
    group = "sales"
    rank = 60
    title = "title"
    composites = (fields.Relation("opportunity", _("opportunity"), target="opportunity", required=True),)
    columns = ("title", "opportunity", "tags", "owner", "updated_at")
    facts = ("opportunity", "tags")
    sort = "-updated_at"
    search = ("title", "worked", "did_not_work", "tags")
    panel_labels = {"opportunity": _("Lessons")}
    sections = (Section(_("Case"), "title", "opportunity", "worked", "did_not_work", "tags", "owner"),)
