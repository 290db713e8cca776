"""What selling tells the world beside the changes of its records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class OpportunityMoved(Event):
    """Deals went from one open stage to another."""

    phrase = _("%(who)s moved this to another stage")

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityWon(Event):
    """Deals were won."""

    phrase = _("%(who)s won this")

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityLost(Event):
    """Deals were lost; each has its reason."""

    phrase = _("%(who)s lost this")

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityReopened(Event):
    """Deals that were won or lost are open again."""

    phrase = _("%(who)s reopened this")

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class ItemTicked(Event):
    """Somebody ticked an item of the checklist in a deal."""

    phrase = _("%(who)s ticked “%(item)s”")

    opportunity_id: int
    step_id: int
    item: str


@dataclass(frozen=True, kw_only=True)
class ItemUnticked(Event):
    """Somebody took the tick at an item of the checklist away."""

    phrase = _("%(who)s unticked “%(item)s”")

    opportunity_id: int
    step_id: int
    item: str


@dataclass(frozen=True, kw_only=True)
class ForecastAdjusted(Event):
    """A manager said what they expect of a person or a team in a period, or took it back."""

    adjustment_id: int
    person_id: int | None
    team_id: int | None
    span: str
    begins_on: dt.date
    category: str


@dataclass(frozen=True, kw_only=True)
class FiscalYearSet(Event):
    """The company's year begins in another month, 1 to 12."""

    before: int
    after: int


class SaysWhichQuote:
    """Histories of a deal and of a customer say which of their quotes it was; what was written before events kept the
    `number` is told without."""

    phrase: ClassVar[Any]
    words_of_one: ClassVar[Any]

    @classmethod
    def phrase_of(cls, data: Mapping[str, Any]) -> Any:
        return cls.words_of_one if data.get("number") else cls.phrase


@dataclass(frozen=True, kw_only=True)
class QuoteApprovalAsked(SaysWhichQuote, Event):
    """Somebody wants a quote to be approved."""

    phrase = _("%(who)s asked for approval")
    words_of_one = _("%(who)s asked for approval of %(number)s")

    quote_id: int
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteApproved(SaysWhichQuote, Event):
    """A quote may be sent."""

    phrase = _("%(who)s approved this")
    words_of_one = _("%(who)s approved %(number)s")

    quote_id: int
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteReturned(SaysWhichQuote, Event):
    """A quote was not approved, and why."""

    phrase = _("%(who)s gave this back")
    words_of_one = _("%(who)s gave %(number)s back")

    quote_id: int
    why: str
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteWithdrawn(SaysWhichQuote, Event):
    """A quote is a draft again; its link leads to no offer any more."""

    phrase = _("%(who)s withdrew this")
    words_of_one = _("%(who)s withdrew %(number)s")

    quote_id: int
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteSent(SaysWhichQuote, Event):
    """A customer can read a quote and answer it."""

    phrase = _("%(who)s sent this to the customer")
    words_of_one = _("%(who)s sent %(number)s to the customer")

    quote_id: int
    is_mailed: bool
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteOpened(SaysWhichQuote, Event):
    """A person, not a program, opened the page of a quote."""

    phrase = _("The customer opened this")
    words_of_one = _("The customer opened %(number)s")

    quote_id: int
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteAsked(Event):
    """The customer wrote something on the page of a quote."""

    quote_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteAccepted(SaysWhichQuote, Event):
    """The customer said yes."""

    phrase = _("Accepted by the customer")
    words_of_one = _("The customer accepted %(number)s")

    quote_id: int
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteDeclined(SaysWhichQuote, Event):
    """The customer said no."""

    phrase = _("Declined by the customer")
    words_of_one = _("The customer declined %(number)s")

    quote_id: int
    why: str
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteRevised(SaysWhichQuote, Event):
    """A new version takes the place of a quote."""

    phrase = _("%(who)s made a new version")
    words_of_one = _("%(who)s made a new version of %(number)s")

    quote_id: int
    new_id: int
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteOrdered(SaysWhichQuote, Event):
    """An order was made of a quote that the customer accepted."""

    phrase = _("%(who)s made an order of this")
    words_of_one = _("%(who)s made an order of %(number)s")

    quote_id: int
    order_id: int
    number: str = ""
