"""Meetings of the sample company: with customers, past and to come, and the colleagues' own of today."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from kizuna.base.types.repetition import Repetition
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.past import Entry, Past
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Contact
from kizuna.customers.timeline.demo.stories import workday
from kizuna.customers.timeline.models import Attendee, Meeting

SHARE = 0.05
"""How many of the contacts of firms are met."""
CUSTOMERS = {
    "en": ("Showroom visit", "Go through the plans", "Quarterly review"),
    "ja": ("ショールームのご案内", "図面のお打ち合わせ", "四半期の振り返り"),
    "ko": ("쇼룸 방문", "도면 검토", "분기 점검"),
    "de": ("Besuch im Showroom", "Pläne durchgehen", "Quartalsgespräch"),
    "fr": ("Visite du showroom", "Revue des plans", "Bilan trimestriel"),
}
OWN = {"en": "Team meeting", "ja": "チーム会議", "ko": "팀 회의", "de": "Teambesprechung", "fr": "Réunion d’équipe"}
ANSWERS = {"accepted": 0.7, "tentative": 0.1, "declined": 0.05, "needs-action": 0.15}


class Appointments:
    """Collects meetings and who is asked to them, then has them made in one go."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.crew = Crew.stored()
        self.past = Past()
        self.draw = Draw("hinata meetings")
        self.meetings: list[Entry] = []
        self.guests: list[tuple[Entry, list[Attendee]]] = []

    def write(self) -> None:
        for contact in self.crew.customers().filter(company__isnull=False):
            if self.draw.maybe(SHARE):
                self._with_customer(contact)
        for user_id in self.crew.users:
            self._of_team(user_id)
        self.meetings.sort(key=lambda entry: entry.at)
        self.past.enter("meeting", self.meetings)
        asked = [Entry(guest, entry.by, entry.at) for entry, guests in self.guests for guest in guests]
        for guest in asked:
            assert isinstance(guest.record, Attendee)
            guest.record.meeting_id = guest.record.meeting.pk
            guest.record.told = guest.record.meeting.gist  # invited long ago: nobody is written to now
        self.past.enter("attendee", asked)
        self.past.tell()

    def _with_customer(self, contact: Contact) -> None:
        assert contact.owner_id
        writes = self.crew.colleague(contact.owner_id).writes or "en"
        day = workday(self.today + dt.timedelta(days=self.draw.randint(-60, 14)))
        meeting = self._meeting(contact.owner_id, self.draw.choice(CUSTOMERS[writes]), day, self.draw.randint(10, 16))
        meeting.contact_id, meeting.company_id = contact.pk, contact.company_id
        guest = Attendee(meeting=meeting, contact=contact, owner_id=contact.owner_id)
        self._add(meeting, [guest])

    def _of_team(self, user_id: int) -> None:
        writes = self.crew.colleague(user_id).writes
        if not writes:
            return
        meeting = self._meeting(user_id, OWN[writes], self.today, 9)
        if self.crew.colleague(user_id).role == "manager":
            meeting.repeats = str(Repetition("weekly", weekdays=(self.today.weekday(),)))
        mates = list(dict.fromkeys(self.draw.choice(self.crew.mates(user_id)) for _number in range(2)))
        guests = [Attendee(meeting=meeting, user_id=mate, owner_id=user_id) for mate in mates if mate != user_id]
        self._add(meeting, guests)

    def _meeting(self, owner_id: int, title: str, day: dt.date, hour: int) -> Meeting:
        zone = self.crew.users[owner_id].time_zone
        times = {"start_time": dt.time(hour), "end_time": dt.time(hour, 45)}
        return Meeting(title=title, day=day, zone=zone, owner_id=owner_id, **times)

    def _add(self, meeting: Meeting, guests: list[Attendee]) -> None:
        assert meeting.owner_id
        by = self.crew.users[meeting.owner_id]
        known = min(meeting.day, self.today) - dt.timedelta(days=self.draw.randint(2, 9))
        entry = Entry(meeting, by, dt.datetime.combine(known, dt.time(10), ZoneInfo(by.time_zone)).astimezone(dt.UTC))
        for guest in guests:
            guest.status = self.draw.one_of(ANSWERS)
        self.meetings.append(entry)
        self.guests.append((entry, guests))
