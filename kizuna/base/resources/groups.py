"""The groups of the navigation: by whose work a kind of record is looked for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, Any] = {
    "customers": _("Customers"),
    "sales": _("Sales"),
    "marketing": _("Marketing"),
    "service": _("Service"),
    "insight": _("Insight"),
}
