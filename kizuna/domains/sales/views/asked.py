"""What a page of the forecast is asked for: the address says it, what nobody says is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_compact_currency, get_territory_currencies
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.identity.models import Team
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.days import server_day
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.types.money import CURRENCIES, Money, in_groups
from kizuna.base.types.numbers import whole
from kizuna.domains.sales.models import Pipeline, Span
from kizuna.domains.sales.queries.forecast import Asked, Line
from kizuna.domains.sales.queries.periods import Period, year_begins_in
from kizuna.domains.sales.queries.scopes import Scope, scope_of, scopes_of
from kizuna.domains.sales.queries.worth import LeftOut, known_currencies, last_currency

TOLD_BY = ("amount", "closes_on", "forecast_category", "owner")
STOOD = "/forecast/stood"
CONVENTIONS = {"en": "en", "ja": "ja_JP", "ko": "ko_KR"}


def may_forecast(actor: Any) -> bool:
    """Sums by these fields would tell them to who may not read them."""
    permissions = policy.permissions_of(actor)
    return permissions.can("opportunity", "read") and all(permissions.readable("opportunity", name) for name in TOLD_BY)


@dataclass(frozen=True)
class Question:
    """The forecast that an address asks for, and what else could be chosen."""

    actor: Any
    reader: Reader
    asked: Asked
    scopes: list[Scope]

    @classmethod
    def of(cls, actor: Any, data: Mapping[str, str]) -> Question:
        """Raises Denied for who may not see any, Missing for a scope or pipeline that is not there for them."""
        if not may_forecast(actor):
            raise Denied()
        reader, known = Reader.of(actor), scopes_of(actor)
        span = Span(data["span"]) if data.get("span") in Span.values else Span.QUARTER
        period = Period.around(day_of(data.get("on")) or reader.today, span, year_begins_in=year_begins_in())
        as_of = day_of(data.get("as_of"))
        return cls(
            actor,
            reader,
            Asked(
                period,
                scope_of(actor, data.get("scope", ""), known),
                _currency(data.get("currency", ""), reader),
                _pipeline(actor, data.get("pipeline", "")),
                as_of if as_of and as_of < server_day() else None,
            ),
            known,
        )

    def url(self, page: str = "/forecast", **changes: Any) -> str:
        """The same with another part; None leaves one out."""
        asked = self.asked
        state = {
            "span": str(asked.period.span),
            "on": asked.period.first_on.isoformat(),
            "scope": asked.scope.key,
            "pipeline": asked.pipeline_id,
            "currency": asked.currency,
            "as_of": asked.as_of.isoformat() if asked.as_of else None,
        } | changes
        return f"{page}?{urlencode({name: value for name, value in state.items() if value})}"

    @property
    def whole(self) -> Line | None:
        """Whose deals the page is about, as a line; None for everybody's."""
        scope = self.asked.scope
        return None if scope.key == "all" else Line(self.asked.currency, person=scope.person, team=scope.team)

    def deals_url(self, categories: Iterable[str], line: Line | None = None, *further: dict[str, Any]) -> str:
        """The list of just these deals. Of the past, which the list does not know, a page of its own tells them."""
        if self.asked.as_of:
            return self._stood_url(categories, line)
        period = self.asked.period
        parts: list[dict[str, Any]] = [
            {"field": "closes_on", "op": "between", "value": [period.first_on.isoformat(), period.last_on.isoformat()]},
            {"field": "forecast_category", "op": "any_of", "value": [str(one) for one in categories]},
        ]
        if self.asked.pipeline_id:
            parts.append({"field": "pipeline", "op": "is", "value": self.asked.pipeline_id})
        owners = self._owners(line)
        return list_url([*parts, *([owners] if owners else []), *further])

    def _stood_url(self, categories: Iterable[str], line: Line | None) -> str:
        """The same as they stood: whose they are is a scope there too."""
        own = self.asked.scope.key
        whose = Scope(person=line.person, team=line.team).key if line and (line.person or line.team) else own
        nobody = line is not None and line.owners == {None} and whose == own
        return self.url(
            STOOD, scope=whose, back=own if whose != own else None, owner="none" if nobody else None,
            categories=",".join(str(one) for one in categories),
        )  # fmt: skip

    def _owners(self, line: Line | None) -> dict[str, Any] | None:
        if line is None:
            return None
        if line.team is not None:
            return of_team(line.team)
        if line.person is None:
            return {"field": "owner", "op": "is_empty"} if line.owners == {None} else None
        mine = {"field": "owner", "op": "is", "value": line.person.pk}
        shared = {
            "related": "opportunitysplits",
            "where": {"field": "person", "op": "is", "value": line.person.pk},
        }
        return {"any": [mine, shared]}

    def left_out(self, missing: Sequence[LeftOut]) -> dict[str, Any] | None:
        """What the sums of a page or panel leave out, and why: for `sales/left_out.html`."""
        if not missing:
            return None
        deals, said = sum(one.deals for one in missing), []
        if deals:
            words = ngettext(
                "%(count)s deal is left out of the sums (%(sums)s): no exchange rate into %(currency)s holds on the "
                "day that counts.",
                "%(count)s deals are left out of the sums (%(sums)s): no exchange rate into %(currency)s holds on the "
                "day that counts.",
                deals,
            )
            sums = self.reader.listed(self.exact(one.money) for one in missing if one.deals)
            said.append(words % {"count": self.reader.number(deals), "sums": sums, "currency": self.asked.currency})
        if others := [self.exact(one.money) for one in missing if not one.deals]:
            words = _("Quotas of %(sums)s are left out: there is no exchange rate into %(currency)s.")
            said.append(words % {"sums": self.reader.listed(others), "currency": self.asked.currency})
        may_add = policy.permissions_of(self.actor).can("exchangerate", "create")
        return {"said": said, "rate_url": "/exchangerates/new" if may_add else ""}

    def deals(self, count: int) -> str:
        return ngettext("%(count)s deal", "%(count)s deals", count) % {"count": self.reader.number(count)}

    def times(self, covered: Decimal | None) -> str:
        """How many times something is covered; a dash where there is nothing to cover."""
        if covered is None:
            return "–"
        words = ngettext("%(times)s time", "%(times)s times", 1 if covered == 1 else 2)
        return words % {"times": self.reader.number(covered)}

    def short(self, money: Money | None) -> str:
        """ "¥28.7M": what fits into a figure; the page says the rest in its title."""
        return "–" if money is None else compact(money, self.reader.language)

    def exact(self, money: Money | None) -> str:
        return "" if money is None else money.format(self.reader.language)


def of_team(team: Team) -> dict[str, Any]:
    """The deals of a team and those beneath it, however many people they hold."""
    return {"field": "owner.team", "op": "is", "value": team.pk}


def compact(money: Money, language: str) -> str:
    locale = CONVENTIONS.get(language, "en")
    return in_groups(format_compact_currency(money.amount, money.currency, locale=locale, fraction_digits=1))


def list_url(parts: list[dict[str, Any]], key: str = "opportunity") -> str:
    query = urlencode({"view": "all", "filter": conditions.dump({"all": parts})})
    return f"{registry.get(key).list_url}?{query}"


def currencies(chosen: str) -> list[str]:
    """Those that there are rates of, and the chosen one first."""
    return [chosen, *sorted(known_currencies() - {chosen})]


def currency_of(reader: Reader) -> str:
    """The one of the place where somebody sits, if there are rates of it; else the one in which was sold last."""
    own = next(iter(get_territory_currencies(reader.region)), "EUR")
    return own if own in known_currencies() else last_currency(reader.actor) or own


def _currency(text: str, reader: Reader) -> str:
    return text if text in CURRENCIES else currency_of(reader)


def _pipeline(actor: Any, text: str) -> int | None:
    if not text:
        return None
    found = whole(text)
    if found is None or not Pipeline.objects.visible_to(actor).filter(pk=found).exists():
        raise Missing()
    return found


def day_of(text: str | None) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None
