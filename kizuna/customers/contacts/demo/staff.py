"""Who works at Hinata Living: the teams, the people, what they may do and which customers are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from kizuna.base.identity import services as identity
from kizuna.base.identity.models import Role, Team, User
from kizuna.customers.contacts.models import Contact

PASSWORD = "kizuna-demo"  # noqa: S105 - the sample company is for looking around; its password is printed
DOMAIN = "hinata.example"
COMPANY = "Hinata Living"

TEAMS: tuple[tuple[str, str], ...] = (
    (COMPANY, ""),
    ("Japan", COMPANY),
    ("Yokohama store", "Japan"),
    ("Fukuoka store", "Japan"),
    ("Sapporo store", "Japan"),
    ("Web shop", "Japan"),
    ("Business Japan", "Japan"),
    ("Korea", COMPANY),
    ("Europe", COMPANY),
)
"""Name and parent of every team, parents first."""


@dataclass(frozen=True)
class Colleague:
    """`markets` are the parts of the business whose customers they look after; `writes` the language of their notes."""

    name: str
    language: str
    time_zone: str
    team: str
    role: str
    markets: tuple[str, ...] = ()
    writes: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.').translate(_PLAIN)}@{DOMAIN}"


_PLAIN = str.maketrans("éèńóö", "eenoo")

STAFF: tuple[Colleague, ...] = (
    Colleague("Mika Tanabe", "en", "Asia/Tokyo", COMPANY, "administrator", ("business",), "ja"),
    Colleague("Haruto Ishii", "ja", "Asia/Tokyo", "Japan", "manager", ("business",), "ja"),
    Colleague("Yui Morita", "ja", "Asia/Tokyo", "Yokohama store", "manager", ("yokohama",), "ja"),
    Colleague("Sho Kawabata", "ja", "Asia/Tokyo", "Yokohama store", "salesperson", ("yokohama",), "ja"),
    Colleague("Takumi Hayashida", "ja", "Asia/Tokyo", "Fukuoka store", "manager", ("fukuoka",), "ja"),
    Colleague("Aoi Sakamoto", "ja", "Asia/Tokyo", "Sapporo store", "salesperson", ("sapporo",), "ja"),
    Colleague("Rin Kuroda", "ja", "Asia/Tokyo", "Web shop", "support_agent", ("web",), "ja"),
    Colleague("Kenta Ogawa", "ja", "Asia/Tokyo", "Business Japan", "salesperson", ("business",), "ja"),
    Colleague("Nanami Fujii", "ja", "Asia/Tokyo", "Japan", "marketer"),
    Colleague("Jiwoo Han", "ko", "Asia/Seoul", "Korea", "manager", ("korea", "korea business"), "ko"),
    Colleague("Sora Yoon", "ko", "Asia/Seoul", "Korea", "salesperson", ("korea",), "ko"),
    Colleague("Jonas Weber", "en", "Europe/Berlin", "Europe", "manager", ("DE", "AT", "CH"), "de"),
    Colleague("Élodie Marchand", "en", "Europe/Paris", "Europe", "salesperson", ("FR", "BE", "LU"), "fr"),
    Colleague("Alice Penrose", "en", "Europe/London", "Europe", "salesperson", ("europe",), "en"),
    Colleague("Owen Hale", "en", "Europe/London", COMPANY, "viewer"),
)


class Crew:
    """The people as stored, by market: whose customer somebody becomes."""

    def __init__(self, users: dict[str, User]) -> None:
        self._users = users

    def in_market(self, *markets: str) -> list[tuple[Colleague, User]]:
        """The colleagues of the first of `markets` that anybody looks after."""
        for market in markets:
            found = [(one, self._users[one.email]) for one in STAFF if market in one.markets]
            if found:
                return found
        raise LookupError(f"Nobody looks after {markets}.")

    def named(self, name: str) -> User:
        return next(self._users[one.email] for one in STAFF if one.name == name)

    @staticmethod
    def team(name: str) -> Team:
        return Team.objects.get(name=name)

    def mates(self, user_id: int) -> list[int]:
        """Those of the same team who look after customers too; at least the person."""
        team = self.colleague(user_id).team
        return [self._users[one.email].pk for one in STAFF if one.team == team and one.writes]

    def colleague(self, user_id: int) -> Colleague:
        return next(one for one in STAFF if self._users[one.email].pk == user_id)

    @property
    def users(self) -> dict[int, User]:
        return {user.pk: user for user in self._users.values()}

    def customers(self) -> QuerySet[Contact]:
        """Whom they look after and see: who lies in the trash has no story, for nobody could complete its tasks."""
        return Contact.objects.live().filter(owner__in=self.users).order_by("pk")

    @classmethod
    def stored(cls) -> Crew:
        """The people of a sample company that has been loaded before."""
        users = User.objects.filter(email__in=[one.email for one in STAFF]).select_related("team")
        return cls({user.email: user for user in users})


def hire(actor: Any) -> Crew:
    """Make the teams and the people."""
    teams: dict[str, Team] = {}
    for name, parent in TEAMS:
        teams[name] = identity.create_team(actor=actor, name=name, parent=teams.get(parent))
    roles = {role.code: role for role in Role.objects.exclude(code=None)}
    users = {}
    for one in STAFF:
        users[one.email] = identity.create_user(
            actor=actor,
            email=one.email,
            name=one.name,
            language=one.language,
            time_zone=one.time_zone,
            team=teams[one.team],
            roles=[roles[one.role]],
            is_admin=one.role == "administrator",
        )
    # Hashing takes a tenth of a second each; here everybody may share one.
    User.objects.filter(email__in=list(users)).update(password=make_password(PASSWORD))
    return Crew(users)
