"""What becomes of a field that has a value when a row brings one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.fields import Field, FullName, LongText, Points, Tags


class Policy(models.TextChoices):
    USUAL = "", _("Unite lists, else replace")
    KEEP = "keep", _("Leave as it is")
    FILL = "fill", _("Only if empty")
    APPEND = "append", _("Add to what is there")
    OVERWRITE = "overwrite", _("Replace")
    MIRROR = "mirror", _("Replace, also by nothing")


def offered(field: Field) -> list[Policy]:
    """The policies that make sense for a field."""
    is_list = isinstance(field, Points | Tags | LongText)
    left_out = set() if is_list else {Policy.APPEND}
    if field.required or isinstance(field, FullName):
        left_out.add(Policy.MIRROR)
    return [policy for policy in Policy if policy not in left_out]
