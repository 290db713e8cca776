"""Any number of customers, for measuring: companies, owners and teams in proportion.

    load_volume(contacts=1_000_000)

Names, places and firms are those of the sample company, numbered; the same seed makes the same data. A database that
has people in it already gets these beside them. The rooms above add their share (`timeline.demo.volume`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.identity import services as identity
from kizuna.base.identity.models import Role, Team, User
from kizuna.base.resources.models import Key
from kizuna.customers.contacts.demo import bulk
from kizuna.customers.contacts.demo.companies import Firm, plan
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.demo.numbers import Numbers
from kizuna.customers.contacts.demo.people import Plan
from kizuna.customers.contacts.models import Company, Contact

PATTERNS = 4000
"""So many different people; after them, the same names with other addresses and numbers."""
CONTACTS_PER_COMPANY = 10
CONTACTS_PER_USER = 5000
PLACED = 0.14
"""Of those with an address, so many are on the map: about one in ten of all."""
SCATTER = 200_000
"""Millionths of a degree around the middle of a city: some twenty kilometres."""
REGIONS = ("Japan", "Korea", "Europe", "Business")
BRANCHES = 5
DOMAIN = "volume.example"


@dataclass(frozen=True)
class Volume:
    """What was made."""

    users: int
    companies: int
    contacts: int
    above: int
    """The contacts made are those with ids greater than this."""
    seconds: float


def load_volume(
    *,
    contacts: int,
    seed: str = "volume",
    today: dt.date | None = None,
    tell: Callable[[str], None] = lambda words: None,
) -> Volume:
    """Make `contacts` contacts and what belongs to them. `tell` hears what is being done."""
    started = timezone.now()
    maker = Maker(seed, today or timezone.localdate(), contacts)
    above = bulk.next_id(Contact) - 1
    tell("Teams and users …")
    owners = maker.hire()
    with bulk.without_indexes(Company, Contact, Key):
        tell("Companies …")
        firms = bulk.store(SYSTEM, maker.companies(owners))
        tell("Contacts …")
        made = bulk.store(SYSTEM, maker.contacts(owners))
        tell("Indexes …")
    for model in (Company, Contact):
        bulk.renumber(model)
    seconds = (timezone.now() - started).total_seconds()
    return Volume(users=len(owners), companies=firms, contacts=made, above=above, seconds=seconds)


class Maker:
    """Draws patterns once, and numbers them."""

    def __init__(self, seed: str, today: dt.date, count: int) -> None:
        self.draw, self.spots, self.today, self.count = Draw(seed), Draw(f"{seed} spots"), today, count
        self.first = today - dt.timedelta(days=548)
        self.company_ids = range(bulk.next_id(Company), bulk.next_id(Company) + max(1, count // CONTACTS_PER_COMPANY))

    # ── who ──

    def hire(self) -> list[User]:
        """A manager and salespeople for every branch of every region, spread evenly."""
        top = identity.create_team(actor=SYSTEM, name=f"Volume {Team.objects.count() + 1}")
        roles = {role.code: role for role in Role.objects.filter(code__in=("manager", "salesperson"))}
        teams = []
        for region in REGIONS:
            above = identity.create_team(actor=SYSTEM, name=region, parent=top)
            for number in range(BRANCHES):
                teams.append(identity.create_team(actor=SYSTEM, name=f"{region} {number + 1}", parent=above))
        wanted = min(400, max(len(teams) * 2, self.count // CONTACTS_PER_USER))
        offset = User.objects.count()
        return [
            identity.create_user(
                actor=SYSTEM,
                email=f"user{offset + number}@{DOMAIN}",
                name=f"Colleague {offset + number}",
                team=teams[number % len(teams)],
                roles=[roles["manager" if number < len(teams) else "salesperson"]],
            )
            for number in range(wanted)
        ]

    # ── what ──

    def companies(self, owners: list[User]) -> Iterator[Company]:
        patterns = [self._settled(Company(**firm.values)) for firm in self._firms()]
        for number, pk in enumerate(self.company_ids):
            pattern = patterns[number % len(patterns)]
            domain = f"c{number}.{pattern.domain}"
            box = f"info@{domain}"
            yield bulk.copy_of(
                pattern,
                id=pk,
                domain=domain,
                website=f"https://{domain}",
                emails=[{**pattern.emails[0], "value": box, "key": box}],
                email=box,
                **self._filed(owners),
            )

    def contacts(self, owners: list[User]) -> Iterator[Contact]:
        patterns = self._people()
        first_id = bulk.next_id(Contact)
        for number in range(self.count):
            pattern, at_work = patterns[number % len(patterns)]
            yield bulk.copy_of(
                pattern,
                id=first_id + number,
                company_id=self.draw.choice(self.company_ids) if at_work else None,
                **self._boxes(pattern, number),
                **self._spot(pattern),
                **self._filed(owners),
            )

    def _spot(self, pattern: Contact) -> dict[str, Any]:
        """Some are on the map, scattered around the city of the pattern."""
        if pattern.position is None or not self.spots.maybe(PLACED):
            return {"position": None, "position_lon": None, "position_told": None}
        lat, lon = (middle + self.spots.randint(-SCATTER, SCATTER) for middle in pattern.position.millionths)
        return {"position": lat, "position_lon": lon, "position_told": None}

    def _boxes(self, pattern: Contact, number: int) -> dict[str, Any]:
        """An address of one's own where the pattern has one."""
        if not pattern.emails:
            return {}
        local, _at, home = pattern.email.partition("@")
        box = f"{local}{number}@{home}"
        return {"emails": [{**pattern.emails[0], "value": box, "key": box}], "email": box}

    def _filed(self, owners: list[User]) -> dict[str, Any]:
        """Who has it and since when."""
        owner = self.draw.choice(owners)
        at = dt.datetime(self.today.year, self.today.month, self.today.day, tzinfo=dt.UTC)
        created_at = at - dt.timedelta(seconds=self.draw.randrange(548 * 86_400))
        return {
            "owner_id": owner.pk,
            "created_by_id": owner.pk,
            "updated_by_id": owner.pk,
            "created_at": created_at,
            "updated_at": created_at,
        }

    # ── patterns ──

    def _firms(self) -> list[Firm]:
        return plan(self.draw, Numbers(), self.first, self.today)

    def _people(self) -> list[tuple[Contact, bool]]:
        """Contacts in storage form, and whether they work somewhere."""
        drawn = Plan(self.draw, Numbers(), self.first, self.today)
        found = [*drawn.buyers(self._firms()), *drawn.consumers()]
        found = self.draw.sample(found, min(PATTERNS, len(found), self.count))
        return [(self._settled(Contact(**one.values)), one.firm is not None) for one in found]

    def _settled(self, record: Any) -> Any:
        record.normalise()
        return record
