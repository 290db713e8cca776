"""The sample company's territories: Japan by region, Korea, Europe by country, and the largest customers wherever they
sit; and a realignment that somebody is drawing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kizuna.base.access import services as access
from kizuna.base.access.models import Scope
from kizuna.base.identity import services as identity
from kizuna.base.identity.models import Team, User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.territories import kinds
from kizuna.base.territories.models import Realignment, Territory, TerritoryDraft
from kizuna.base.territories.services import follow_rules
from kizuna.domains.sales.models import Span
from kizuna.domains.sales.queries.periods import Period

PLACES = ("company", "contact")
KANTO = ("神奈川県", "東京都", "千葉県", "埼玉県")
KANSAI = ("大阪府", "京都府", "兵庫県", "奈良県")
KYUSHU = ("福岡県", "熊本県", "長崎県", "大分県", "佐賀県")
EUROPE = ("DE", "FR", "GB", "IE", "IT", "ES", "NL", "PL", "AT", "CH", "BE", "PT", "SE", "DK", "FI")
APRIL = 4


def load(actor: Any, today: dt.date) -> None:
    """Make the tree, put what is there into it, and begin a realignment. Deals come later and find their place."""
    Market(actor, today).divide()


class Market:
    def __init__(self, actor: Any, today: dt.date) -> None:
        self.actor, self.today = actor, today

    def divide(self) -> None:
        japan = self._territory("Japan", _countries("JP"), leader="Haruto Ishii", team="Japan")
        self._territory("Kanto", _regions(*KANTO), parent=japan, leader="Yui Morita", team="Yokohama store")
        self._territory("Kyushu", _regions(*KYUSHU), parent=japan, leader="Takumi Hayashida", team="Fukuoka store")
        self._territory("Hokkaido", _regions("北海道"), parent=japan, leader="Aoi Sakamoto", team="Sapporo store")
        self._territory("Korea", _countries("KR"), leader="Jiwoo Han", team="Korea")
        europe = self._territory("Europe", _countries(*EUROPE), team="Europe")
        for name, code in (("Germany", "DE"), ("France", "FR"), ("United Kingdom", "GB"), ("Poland", "PL")):
            self._territory(name, _countries(code), parent=europe)
        large = {"field": "employees", "op": "gte", "value": 1000}
        accounts = self._made("territory", name="Key accounts", priority=10, takes_company=large)
        self._works(accounts, "Kenta Ogawa")
        self._let_see("Kenta Ogawa")
        for kind in kinds.placeable():
            follow_rules(registry.get(kind.key), list(kind.model.objects.all()), is_new=True)
        self._draw(japan)

    def set_quotas(self) -> None:
        period = Period.around(self.today, Span.QUARTER, year_begins_in=APRIL)
        for name, amount in (("Japan", "60000000"), ("Kanto", "34000000"), ("Korea", "18000000"),
                             ("Europe", "22000000")):  # fmt: skip
            territory = Territory.objects.get(name=name)
            self._made("quota", territory=territory.pk, span=str(Span.QUARTER), begins_on=period.first_on.isoformat(),
                       amount={"amount": amount, "currency": "JPY"})  # fmt: skip

    def _made(self, key: str, **values: Any) -> Any:
        return records.create(actor=self.actor, resource=registry.get(key), values={"owner": None} | values)

    def _territory(
        self, name: str, fits: Any, *, parent: Territory | None = None, leader: str = "", team: str = ""
    ) -> Territory:
        chosen = User.objects.filter(name=leader).first()
        crew = Team.objects.filter(name=team).first()
        takes = {f"takes_{key}": fits for key in PLACES}
        if fits["field"] == "country":  # of a lead no more is known than the country
            takes["takes_lead"] = fits
        found: Territory = self._made("territory", name=name, parent=parent and parent.pk, team=crew and crew.pk,
                                      leader=chosen and chosen.pk, **takes)  # fmt: skip
        return found

    def _works(self, territory: Territory, name: str) -> None:
        user = User.objects.filter(name=name).first()
        if user:
            began = (self.today - dt.timedelta(days=200)).isoformat()
            self._made("territorymember", territory=territory.pk, user=user.pk, valid_from=began)

    def _let_see(self, name: str) -> None:
        """Who looks after key accounts sees them wherever they sit, whoever owns them."""
        role = identity.create_role(
            actor=self.actor, name="Key account manager", description="Also reaches what lies in their territories"
        )
        for kind in kinds.placeable():
            for operation in ("read", "update"):
                access.set_grant(
                    actor=self.actor, role=role, resource=kind.key, operation=operation, scope=Scope.TEAM,
                    realm="territory",
                )  # fmt: skip
        for user in User.objects.filter(name=name):
            identity.set_roles(actor=self.actor, user=user, roles=[*user.roles.all(), role])

    def _draw(self, japan: Territory) -> None:
        """Kansai is to be a territory of its own from the next quarter on."""
        begins = Period.around(self.today, Span.QUARTER, year_begins_in=APRIL).moved(1).first_on
        made: Realignment = self._made(
            "realignment", name="Kansai of its own", applies_on=begins.isoformat(), gives_out=False,
            about="大阪の顧客が増えたため、関西を独立したテリトリーにする。",
        )  # fmt: skip
        above = TerritoryDraft.objects.get(realignment=made, territory=japan)
        takes = {f"takes_{key}": _regions(*KANSAI) for key in PLACES}
        self._made("territorydraft", realignment=made.pk, name="Kansai", parent=above.pk, **takes)


def _countries(*codes: str) -> dict[str, Any]:
    if len(codes) == 1:
        return {"field": "country", "op": "is", "value": codes[0]}
    return {"field": "country", "op": "any_of", "value": list(codes)}


def _regions(*names: str) -> dict[str, Any]:
    return {"field": "region", "op": "any_of", "value": list(names)}
