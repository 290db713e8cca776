"""Names of the rules that every Kizuna begins with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SCORES = (
    _("Works at a company"),
    _("Can be called"),
    _("Said what they need"),
    _("Named a product"),
    _("Was recommended"),
    _("Came to an event"),
    _("We know them already"),
    _("Asked more than once"),
)
TARGETS = (_("Grade A"), _("Everybody else"))
