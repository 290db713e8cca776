"""Who is looking: the language, zone and habits by which values are shown and typed text is understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import get_global
from django.utils import timezone

from kizuna.base.types import locales

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
        return locales.day(value, self.language, with_year=value.year != self.today.year)

    def moment(self, value: dt.datetime) -> str:
        """A moment in the reader's zone: the time if it is today, else the day."""
        local = value.astimezone(self.zone)
        if local.date() == self.today:
            return self.clock(value)
        return self.day(local.date())

    def day_and_time(self, value: dt.datetime) -> str:
        """A moment of which the time counts on whichever day it is, in the reader's zone; this year's without it."""
        return f"{self.day(value.astimezone(self.zone).date())} {self.clock(value)}"

    def clock(self, value: dt.datetime) -> str:
        """The time of day in the reader's zone."""
        return locales.clock(value.astimezone(self.zone).time().replace(second=0, microsecond=0), self.language)

    def full_moment(self, value: dt.datetime) -> str:
        """A moment with its year, for what is kept: a tip, a letter, a proof."""
        return f"{locales.day(value.astimezone(self.zone).date(), self.language)} {self.clock(value)}"

    def number(self, value: Any) -> str:
        return locales.number(value, self.language)

    def percent(self, value: Any) -> str:
        return locales.percent(value, self.language)

    def listed(self, words: Iterable[Any]) -> str:
        """Words one after the other, as the reader's language separates them."""
        return locales.listed(words, self.language)


@lru_cache(maxsize=512)
def _region_of_zone(zone: str) -> str:
    region = get_global("zone_territories").get(zone, "")
    return region if len(region) == 2 else ""
