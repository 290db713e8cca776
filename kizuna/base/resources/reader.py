"""Who is looking: the language, zone and habits by which values are shown and typed text is understood."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from babel.core import get_global
from django.utils import timezone

UTC = ZoneInfo("UTC")
REGION_BY_LANGUAGE = {"ja": "JP", "ko": "KR", "en": "GB"}


@dataclass(frozen=True)
class Reader:
    """How one person reads. `region` (ISO 3166) is where a phone number without country code is assumed to be."""

    actor: Any
    language: str = "en"
    zone: ZoneInfo = UTC
    name_order: str = "auto"

    @classmethod
    def of(cls, actor: Any) -> Reader:
        return cls(
            actor=actor,
            language=actor.language or "en",
            zone=actor.zone,
            name_order=getattr(actor, "name_order", "auto"),
        )

    @property
    def region(self) -> str:
        """Where this person sits, by their time zone; else by their language."""
        return _region_of_zone(self.zone.key) or REGION_BY_LANGUAGE.get(self.language, "GB")

    @property
    def today(self) -> dt.date:
        return timezone.localdate(timezone=self.zone)

    def day(self, value: dt.date) -> str:
        """A day in the reader's words: "4 May 1979", "1979年5月4日"; this year's without the year."""
        return _day(value, self.language, value.year == self.today.year)

    def moment(self, value: dt.datetime) -> str:
        """A moment in the reader's zone: the time if it is today, else the day."""
        local = value.astimezone(self.zone)
        if local.date() == self.today:
            return self.clock(value)
        return self.day(local.date())

    def clock(self, value: dt.datetime) -> str:
        """The time of day in the reader's zone."""
        return _clock(value.astimezone(self.zone).time().replace(second=0, microsecond=0), self.language)

    def full_moment(self, value: dt.datetime) -> str:
        return f"{_day(value.astimezone(self.zone).date(), self.language, False)} {self.clock(value)}"

    def number(self, value: Any) -> str:
        return babel_numbers.format_decimal(value, locale=_locale(self.language), decimal_quantization=False)


@lru_cache(maxsize=512)
def _region_of_zone(zone: str) -> str:
    region = get_global("zone_territories").get(zone, "")
    return region if len(region) == 2 else ""


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)


_WITHOUT_YEAR = {"en": "d MMM", "ja": "M月d日", "ko": "M월 d일"}


@lru_cache(maxsize=4096)
def _day(value: dt.date, language: str, short: bool) -> str:
    pattern = _WITHOUT_YEAR.get(language, "d MMM") if short else ("long" if language in ("ja", "ko") else "d MMM y")
    return babel_dates.format_date(value, pattern, locale=_locale(language))


@lru_cache(maxsize=2048)
def _clock(value: dt.time, language: str) -> str:
    return babel_dates.format_time(value, "HH:mm", locale=_locale(language))
