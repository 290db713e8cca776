"""Notes and tasks of the sample company, written in the names of those who look after each customer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from kizuna.base.types.repetition import Repetition
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.past import Entry, Past, moment
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.timeline import services
from kizuna.customers.timeline.demo.stories import Step, Teller, faces, with_days, workday
from kizuna.customers.timeline.models import Note, Task

TOLD = {"subscriber": 0.06, "lead": 0.3, "prospect": 0.6, "customer": 0.6, "regular": 0.9, "lapsed": 0.5, "former": 0.3}
"""How often somebody of a stage has a story at all."""
STEPS = {"subscriber": 1, "lead": 1, "prospect": 2, "customer": 5, "regular": 6, "lapsed": 3, "former": 2}
ERRANDS = 0.09
AWAY = 0.12
"""How often a colleague writes instead of the one who looks after the customer."""
SHOWN_DONE = 75
"""Tasks done within so many days were marked as done by somebody; older ones came in as done."""


@dataclass(frozen=True)
class Subject:
    """Whom a story is about, and what decides how it goes."""

    id: int
    owner_id: int
    company_id: int | None
    stage: str
    came_on: dt.date
    email: str


class Diary:
    """Collects entries in memory, then has them made in one go for each author."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.crew = Crew.stored()
        self.past = Past()
        self.draw = Draw("hinata diary")
        self.notes: list[Entry] = []
        self.tasks: list[tuple[Entry, dt.datetime | None]] = []

    def write(self) -> None:
        by_hand = {face["email"]: face for face in faces()}
        for subject in self._subjects():
            if subject.email in by_hand:
                self._tell_face(subject, by_hand[subject.email])
            elif self.draw.maybe(TOLD[subject.stage]):
                self._tell_story(subject)
            if self.draw.maybe(ERRANDS):
                self._give_errand(subject)
        for user_id in self.crew.users:
            self._give_own_work(user_id)
        self._enter()

    def _subjects(self) -> list[Subject]:
        columns = ("id", "owner_id", "company_id", "stage", "created_at", "email")
        rows = self.crew.customers().values_list(*columns)
        return [
            Subject(pk, owner_id, company_id, stage, created_at.date(), email)
            for pk, owner_id, company_id, stage, created_at, email in rows
        ]

    # ── stories ──

    def _teller(self, subject: Subject) -> Teller:
        language = self.crew.colleague(subject.owner_id).writes
        return Teller(self.draw, language, "business" if subject.company_id else "consumer")

    def _tell_story(self, subject: Subject) -> None:
        age = (self.today - subject.came_on).days
        latest = max(0, age - (120 if subject.stage == "lapsed" else 2))
        start = subject.came_on + dt.timedelta(days=round(latest * self.draw.random() ** 1.4))
        steps = self._teller(subject).story(start, self.today, self.draw.randint(1, STEPS[subject.stage]))
        for step in steps:
            at = self._note(subject, step.day, step.text)
            if step.task:
                self._follow_up(subject, step, at)

    def _follow_up(self, subject: Subject, step: Step, at: dt.datetime) -> None:
        """The task after a step: done if the story went on; otherwise open, and sometimes forgotten for a while."""
        assert step.due_on
        done_on = None
        if step.is_followed or step.due_on < self.today - dt.timedelta(days=14):
            early = step.due_on - dt.timedelta(days=self.draw.randint(0, 4))
            done_on = max(step.day, min(early, self.today - dt.timedelta(days=1)))
        priority = 3 if self.draw.maybe(0.15) else 2
        self._task(subject, step.day, step.task, step.due_on, done_on, priority, at + dt.timedelta(minutes=2))

    def _give_errand(self, subject: Subject) -> None:
        made_on = max(subject.came_on, self.today - dt.timedelta(days=self.draw.randint(1, 30)))
        due_on = workday(max(made_on, self.today + dt.timedelta(days=self.draw.randint(-9, 16))))
        is_done = due_on < self.today and self.draw.maybe(0.7)
        priority = self.draw.one_of({1: 0.3, 2: 0.6, 3: 0.1})
        self._task(subject, made_on, self._teller(subject).errand(), due_on, due_on if is_done else None, priority)

    def _tell_face(self, subject: Subject, face: dict[str, Any]) -> None:
        language = self.crew.colleague(subject.owner_id).writes
        for days_ago, text in face["notes"]:
            day = self.today - dt.timedelta(days=days_ago)
            self.notes.append(
                self._entry(self._written(subject, subject.owner_id, with_days(text, language, self.today)), day)
            )
        for days_ago, title, due_in, priority in face["tasks"]:
            due_on = self.today + dt.timedelta(days=due_in)
            done_on = due_on if due_in < -7 else None
            self._task(subject, self.today - dt.timedelta(days=days_ago), title, due_on, done_on, priority)

    def _give_own_work(self, user_id: int) -> None:
        """What somebody does for no customer in particular; the first again every Monday, the second every month."""
        writes = self.crew.colleague(user_id).writes
        titles = Teller(self.draw, writes, "consumer").book["tasks"]["own"][:3] if writes else ()
        for number, title in enumerate(titles):
            made_on = self.today - dt.timedelta(days=self.draw.randint(2, 20))
            due_on = workday(self.today + dt.timedelta(days=self.draw.randint(0, 12)))
            task = Task(title=title, due_on=due_on, owner_id=user_id)
            if number == 0:
                task.due_on = self.today + dt.timedelta(days=7 - self.today.weekday())
                task.due_time, task.due_zone = dt.time(9), self.crew.users[user_id].time_zone
                task.repeats, task.reminders = str(Repetition("weekly", weekdays=(0,))), ["1h"]
            elif number == 1:
                task.repeats = str(Repetition("monthly"))
            self.tasks.append((self._entry(task, made_on), None))

    # ── entries ──

    def _note(self, subject: Subject, day: dt.date, text: str) -> dt.datetime:
        """Written by whoever looks after the customer, now and then by a colleague who was there instead."""
        owner_id = subject.owner_id
        if self.draw.maybe(AWAY):
            owner_id = self.draw.choice(self.crew.mates(owner_id))
        entry = self._entry(self._written(subject, owner_id, text), day)
        self.notes.append(entry)
        return entry.at

    def _written(self, subject: Subject, owner_id: int, text: str) -> Note:
        return Note(body=text, contact_id=subject.id, company_id=subject.company_id, owner_id=owner_id)

    def _task(
        self,
        subject: Subject,
        day: dt.date,
        title: str,
        due_on: dt.date,
        done_on: dt.date | None,
        priority: int,
        at: dt.datetime | None = None,
    ) -> None:
        task = Task(
            title=title,
            due_on=due_on,
            priority=priority,
            contact_id=subject.id,
            company_id=subject.company_id,
            owner_id=subject.owner_id,
        )
        entry = self._entry(task, day)
        entry.at = at or entry.at
        done_at = None
        if done_on:
            done_at = max(moment(self.draw, done_on, entry.by.time_zone), entry.at + dt.timedelta(minutes=20))
            if (self.today - done_on).days > SHOWN_DONE:
                task.done_at, done_at = done_at, None
        self.tasks.append((entry, done_at))

    def _entry(self, record: Note | Task, day: dt.date) -> Entry:
        assert record.owner_id
        by = self.crew.users[record.owner_id]
        at = moment(self.draw, day, by.time_zone)
        return Entry(record, by, min(at, self._dawn(by)))

    def _dawn(self, by: Any) -> dt.datetime:
        """The first minutes of today where somebody lives: nothing is written after them."""
        return dt.datetime.combine(self.today, dt.time(0, 5), ZoneInfo(by.time_zone)).astimezone(dt.UTC)

    def _enter(self) -> None:
        self.notes.sort(key=lambda entry: entry.at)
        self.tasks.sort(key=lambda pair: pair[0].at)
        self.past.enter("note", self.notes)
        self.past.enter("task", [entry for entry, _done_at in self.tasks])
        for entry, done_at in sorted(self.tasks, key=lambda pair: pair[1] or pair[0].at):
            if done_at:
                task = services.complete_task(actor=entry.by, task=entry.record)
                Task.objects.filter(pk=task.pk).update(done_at=done_at)
                self.past.happened(task, done_at, moments=("done_at",))
        self.past.tell()
