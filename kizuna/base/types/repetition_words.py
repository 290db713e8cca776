"""Repetitions in plain words, in English, Japanese and Korean: said, and understood again."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Malformed
from kizuna.base.types.repetition import WORKDAYS, Repetition, from_rrule

DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ja": ("月曜", "火曜", "水曜", "木曜", "金曜", "土曜", "日曜"),
    "ko": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
}
ONE = {
    "en": {"daily": "every day", "weekly": "every week", "monthly": "every month", "yearly": "every year"},
    "ja": {"daily": "毎日", "weekly": "毎週", "monthly": "毎月", "yearly": "毎年"},
    "ko": {"daily": "매일", "weekly": "매주", "monthly": "매월", "yearly": "매년"},
}
MANY = {
    "en": {"daily": "every {} days", "weekly": "every {} weeks", "monthly": "every {} months",
           "yearly": "every {} years"},
    "ja": {"daily": "{}日ごと", "weekly": "{}週間ごと", "monthly": "{}か月ごと", "yearly": "{}年ごと"},
    "ko": {"daily": "{}일마다", "weekly": "{}주마다", "monthly": "{}개월마다", "yearly": "{}년마다"},
}  # fmt: skip
WORKING = {"en": "every weekday", "ja": "平日", "ko": "평일마다"}
WEEKLY_ON = {"en": " on {}", "ja": "{}", "ko": " {}"}
BETWEEN = {"en": " and ", "ja": "・", "ko": ", "}
MONTH_DAY = {"en": " on day {}", "ja": "{}日", "ko": " {}일"}
LAST_DAY = {"en": " on the last day", "ja": "末日", "ko": " 마지막 날"}
NTH = {"en": " on the {} {}", "ja": "第{}{}", "ko": " {}번째 {}"}
LAST_WEEKDAY = {"en": " on the last {}", "ja": "最終{}", "ko": " 마지막 {}"}
ORDINALS = ("1st", "2nd", "3rd", "4th")
UNTIL = {"en": ", until {}", "ja": "、{}まで", "ko": ", {}까지"}
TIMES = {"en": ", {} times", "ja": "、{}回", "ko": ", {}회"}

SHORT = {
    "daily": "every day", "weekly": "every week", "fortnightly": "every 2 weeks", "monthly": "every month",
    "yearly": "every year", "weekdays": "every weekday", "隔週": "2週間ごと", "격주": "2주마다",
}  # fmt: skip
PRESETS = (
    Repetition("daily"),
    Repetition("weekly", weekdays=WORKDAYS),
    Repetition("weekly"),
    Repetition("weekly", every=2),
    Repetition("monthly"),
    Repetition("yearly"),
)


def words_of(rule: Repetition, language: str) -> str:
    """ "every 2 weeks on Monday and Thursday, until 2027-03-31"; in English where a language is not known."""
    code = language if language in DAYS else "en"
    said = _rhythm(rule, code)
    if rule.until:
        said += UNTIL[code].format(rule.until.isoformat())
    if rule.times:
        said += TIMES[code].format(rule.times)
    return said


def _rhythm(rule: Repetition, code: str) -> str:
    if rule.frequency == "weekly" and rule.weekdays == WORKDAYS and rule.every == 1:
        return WORKING[code]
    often = ONE if rule.every == 1 else MANY
    return often[code][rule.frequency].format(rule.every) + _on(rule, code)


def _on(rule: Repetition, code: str) -> str:
    names = [DAYS[code][day] for day in rule.weekdays]
    if rule.frequency == "weekly" and names:
        return WEEKLY_ON[code].format(BETWEEN[code].join(names))
    if rule.month_day:
        return LAST_DAY[code] if rule.month_day == -1 else MONTH_DAY[code].format(rule.month_day)
    if rule.nth == -1:
        return LAST_WEEKDAY[code].format(names[0])
    if rule.nth:
        return NTH[code].format(ORDINALS[rule.nth - 1] if code == "en" else rule.nth, names[0])
    return ""


def understand(text: str) -> Repetition:
    """The repetition that words in any of the languages, or an RRULE, name. Raises Malformed."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if typed.upper().startswith(("FREQ=", "RRULE:")):
        return from_rrule(typed)
    typed = SHORT.get(typed.lower(), typed)
    for code in DAYS:
        try:
            found = _read(typed, code)
        except ValueError:
            found = None
        if found is not None:
            return found
    raise Malformed(
        "repetition", _("Say it like “every week”, “every 2 weeks on Monday and Thursday” or “every month on day 15”.")
    )


def _read(typed: str, code: str) -> Repetition | None:
    """One language at a time: first the end, then how often, then on what."""
    given: dict[str, Any] = {}
    for name, pattern, convert in (("until", UNTIL, dt.date.fromisoformat), ("times", TIMES, int)):
        end = re.fullmatch("(.*?)" + _pattern(pattern[code], r"([0-9-]{1,10})"), typed, re.IGNORECASE)
        if end:
            typed = end[1]
            given[name] = convert(end[2])
            break
    if typed.lower() == WORKING[code]:
        return Repetition("weekly", weekdays=WORKDAYS, **given)
    for frequency in ("daily", "weekly", "monthly", "yearly"):
        for often, holes in ((ONE, ()), (MANY, (r"([0-9]{1,3})",))):
            began = re.match(_pattern(often[code][frequency], *holes), typed, re.IGNORECASE)
            if began:
                rest = _read_on(typed[began.end() :], frequency, code)
                if rest is not None:
                    return Repetition(frequency, every=int(began[1]) if holes else 1, **rest, **given)
    return None


def _read_on(typed: str, frequency: str, code: str) -> dict[str, Any] | None:
    if not typed:
        return {}
    day = "(" + "|".join(DAYS[code]) + ")"
    if frequency == "weekly":
        several = re.fullmatch(_pattern(WEEKLY_ON[code], "(.+)"), typed, re.IGNORECASE)
        names = re.split(r"\s*(?:,|、|・|\band\b|&)\s*", several[1], flags=re.IGNORECASE) if several else []
        found = [_day(name, code) for name in names if name]
        return {"weekdays": tuple(sorted(set(found)))} if found else None
    if frequency != "monthly":
        return None
    if typed.lower() == LAST_DAY[code]:
        return {"month_day": -1}
    if number := re.fullmatch(_pattern(MONTH_DAY[code], "([0-9]{1,2})"), typed, re.IGNORECASE):
        return {"month_day": int(number[1])}
    if last := re.fullmatch(_pattern(LAST_WEEKDAY[code], day), typed, re.IGNORECASE):
        return {"nth": -1, "weekdays": (_day(last[1], code),)}
    counted = re.fullmatch(_pattern(NTH[code], "(1st|2nd|3rd|4th|[1-4])", day), typed, re.IGNORECASE)
    return {"nth": int(counted[1][0]), "weekdays": (_day(counted[2], code),)} if counted else None


def _day(name: str, code: str) -> int:
    """A weekday by its name, or by enough of its beginning."""
    wanted = name.strip().lower()
    for number, known in enumerate(DAYS[code]):
        if len(wanted) >= (3 if code == "en" else 1) and known.lower().startswith(wanted):
            return number
    raise ValueError(name)


def _pattern(words: str, *holes: str) -> str:
    """A regular expression of words with holes."""
    parts = [re.escape(part) for part in words.split("{}")]
    filled = parts[0]
    for part, hole in zip(parts[1:], holes, strict=True):
        filled += hole + part
    return filled
