"""Business hours as every screen and API call sees them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kizuna.base.hours.models import WEEK, BusinessHours
from kizuna.base.identity.models.users import available_zones
from kizuna.base.resources import fields
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section


@register
class AllBusinessHours(Resource):
    model = BusinessHours
    plural = "businesshours"
    purpose = _("When somebody is there to answer: hours by weekday, and holidays")
    icon = "clock"
    composites = (
        fields.Choice(
            "zone", _("time zone"), choices=[(zone, zone) for zone in sorted(available_zones())], default="UTC"
        ),
    )
    columns = ("name", "zone", "is_default", "updated_at")
    facts = ("zone", "is_default")
    sections = (
        Section(_("Business hours"), "name", "zone", "is_default"),
        Section(_("Week"), *WEEK),
        Section(_("Days off"), "holidays", "owner"),
    )
