"""What shop people write: stories in five languages, step by step, with products and rooms filled in."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from kizuna.customers.contacts.demo.draw import Draw

LANGUAGES = ("ja", "ko", "de", "fr", "en")
SLOT = re.compile(r"\{(\w+)\}")
DAY = re.compile(r"\{day:(\d+)\}")
DAYS = {"ja": "{m}月{d}日", "ko": "{m}월 {d}일", "de": "{d}.{m}.", "fr": "{d}/{m}", "en": "{d}/{m}"}
DETAILS_SHARE = 0.12


@cache
def book(language: str) -> dict[str, Any]:
    """All stories of a language, in English where there are none."""
    name = f"stories_{language if language in LANGUAGES else 'en'}.json"
    found: dict[str, Any] = json.loads(resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8"))
    return found


@cache
def faces() -> list[dict[str, Any]]:
    """The notes and tasks written by hand, by the e-mail address of the contact: [days ago, text, …]."""
    found: list[dict[str, Any]] = json.loads(
        resources.files(__package__).joinpath("data", "faces.json").read_text(encoding="utf-8")
    )
    return found


@dataclass
class Step:
    """One note on a day, and perhaps what is to be done after it by `due_on`; `is_followed`: the next step came."""

    day: dt.date
    text: str
    task: str = ""
    due_on: dt.date | None = None
    is_followed: bool = False


class Teller:
    """Tells one story; the same product stays the same from the first visit to the delivery."""

    def __init__(self, draw: Draw, language: str, kind: str) -> None:
        self.draw, self.book, self.kind = draw, book(language), kind
        self._chosen: dict[str, str] = {}

    def story(self, start: dt.date, today: dt.date, steps: int) -> list[Step]:
        """Up to `steps` steps from `start` on, none after yesterday."""
        told: list[Step] = []
        day = start
        for step in self.draw.choice(self.book[self.kind])[:steps]:
            wait = self.draw.randint(*step.get("after", (0, 0)))
            day = workday(day + dt.timedelta(days=wait))
            if told and told[-1].task:
                told[-1].due_on = workday(told[-1].day + dt.timedelta(days=max(2, wait - 1)))
            if day >= today:
                break
            if told:
                told[-1].is_followed = True
            text = self.fill(self.draw.choice(step["say"]))
            if self.draw.maybe(DETAILS_SHARE):
                text += "\n" + self.draw.choice(self.book["details"])
            task = self.fill(self.draw.choice(step["task"])) if "task" in step else ""
            told.append(Step(day, text, task, workday(day + dt.timedelta(days=self.draw.randint(3, 9)))))
        return told

    def errand(self) -> str:
        """Something small to do for a customer."""
        return self.fill(self.draw.choice(self.book["tasks"][self.kind]))

    def fill(self, text: str) -> str:
        return SLOT.sub(lambda slot: self._word(slot[1]), text)

    def _word(self, slot: str) -> str:
        if slot not in self._chosen:
            self._chosen[slot] = self.draw.choice(self.book["slots"][slot])
        return self._chosen[slot]


def with_days(text: str, language: str, today: dt.date) -> str:
    """{day:12} as the date in twelve days, as it is written in the language."""

    def written(slot: re.Match[str]) -> str:
        day = today + dt.timedelta(days=int(slot[1]))
        return DAYS[language].format(m=day.month, d=day.day)

    return DAY.sub(written, text)


def workday(day: dt.date) -> dt.date:
    """The day, or the Monday after it when it is a Sunday: shops are open on Saturdays."""
    return day + dt.timedelta(days=1) if day.weekday() == 6 else day
