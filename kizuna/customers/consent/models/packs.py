"""PolicyPack: what the law of some countries asks of whoever writes or calls. Data to start from, not legal advice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.types import text
from kizuna.base.types.columns import SortKeyField, TagsField
from kizuna.customers.consent.models.purposes import new_code
from kizuna.customers.contacts.models import choices

EVERYWHERE = "everywhere"
HOURS_WHOLE = _("Say from which hour until which, 0 to 23, or neither.")


class PolicyPack(Record):
    """Chosen by the country of a contact. The pack `EVERYWHERE` is for all others and for unknown ones."""

    code = models.CharField(_("code"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    countries = TagsField(_("countries"), help_text=_("Two letters each, such as JP."))
    opt_out_channels = TagsField(
        _("channels without prior consent"), help_text=_("Here people may be contacted until they say no.")
    )
    quiet_from = models.PositiveSmallIntegerField(
        _("quiet from (hour)"), null=True, blank=True, help_text=_("By the clock of the person. 21 is nine at night.")
    )
    quiet_until = models.PositiveSmallIntegerField(_("quiet until (hour)"), null=True, blank=True)
    quiet_channels = TagsField(_("channels with quiet hours"))
    reconfirm_days = models.PositiveSmallIntegerField(
        _("ask again after days"), null=True, blank=True, help_text=_("Consent older than this does not count.")
    )
    label = models.CharField(
        _("label"), max_length=20, blank=True, default="", help_text=_("What the subject of advertising begins with.")
    )
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    sort_key = SortKeyField()

    class Meta:
        verbose_name = _("policy pack")
        verbose_name_plural = _("policy packs")
        constraints = [
            RowCheck(
                name="consent_pack_named", condition=~Q(name=""), violation_error_message=_("A pack needs a name.")
            ),
            RowCheck(
                name="consent_pack_hours",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False, quiet_from__lt=24, quiet_until__lt=24),
                violation_error_message=HOURS_WHOLE,
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], condition=Q(deleted_at__isnull=True), name="consent_pack_sort")
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.note = text.clean(self.name), text.clean(self.note)
        self.label = text.clean(self.label)
        self.code = self.code or new_code(self.name)
        self.countries = sorted({code.strip().upper() for code in self.countries or ()})
        self.sort_key = text.sort_key(self.name)

    def clean(self) -> None:
        known = dict(choices.country_choices())
        unknown = [code for code in self.countries if code not in known]
        if unknown:
            raise ValidationError({"countries": _("There is no country %(code)s.") % {"code": unknown[0]}})
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValidationError({"quiet_until" if self.quiet_until is None else "quiet_from": HOURS_WHOLE})

    # ── the hours ──

    def is_quiet(self, zones: Sequence[ZoneInfo], now: dt.datetime) -> bool:
        """Whether it is one of the quiet hours where the person is, or where they may be: of several zones in one."""
        return any(self._is_quiet_in(zone, now) for zone in zones)

    def _is_quiet_in(self, zone: ZoneInfo, now: dt.datetime) -> bool:
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return False
        hour = now.astimezone(zone).hour
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until

    def loud_again(self, zones: Sequence[ZoneInfo], now: dt.datetime) -> dt.datetime:
        """The moment at which the quiet hours that now hold are over in all zones; where it is never loud in all of
        them, a day later, when one may ask again."""
        at, end = now, now + dt.timedelta(days=1)
        while at < end and (quiet := [zone for zone in zones if self._is_quiet_in(zone, at)]):
            at = max(self._loud_in(zone, at) for zone in quiet)
        return at if at < end or not self.is_quiet(zones, at) else end

    def _loud_in(self, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
        """Hours that a clock skips count as over."""
        local = now.astimezone(zone)
        end = local.replace(hour=self.quiet_until or 0, minute=0, second=0, microsecond=0, fold=0)
        if end <= local:
            end = (local.replace(tzinfo=None) + dt.timedelta(days=1)).replace(
                hour=self.quiet_until or 0, minute=0, second=0, microsecond=0, tzinfo=zone
            )
        return end.astimezone(dt.UTC)
