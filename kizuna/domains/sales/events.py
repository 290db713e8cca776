"""What selling tells the world beside the changes of its records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class OpportunityMoved(Event):
    """Deals went from one open stage to another."""

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityWon(Event):
    """Deals were won."""

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityLost(Event):
    """Deals were lost; each has its reason."""

    opportunity_ids: tuple[int, ...]
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityReopened(Event):
    """Deals that were won or lost are open again."""

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


@dataclass(frozen=True, kw_only=True)
class QuoteApprovalAsked(Event):
    """Somebody wants a quote to be approved."""

    phrase = _("%(who)s asked for approval")

    quote_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteApproved(Event):
    """A quote may be sent."""

    phrase = _("%(who)s approved this")

    quote_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteReturned(Event):
    """A quote was not approved, and why."""

    phrase = _("%(who)s gave this back")

    quote_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class QuoteWithdrawn(Event):
    """A quote is a draft again; its link leads to no offer any more."""

    phrase = _("%(who)s withdrew this")

    quote_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteSent(Event):
    """A customer can read a quote and answer it."""

    phrase = _("%(who)s sent this to the customer")

    quote_id: int
    is_mailed: bool


@dataclass(frozen=True, kw_only=True)
class QuoteOpened(Event):
    """A person, not a program, opened the page of a quote."""

    phrase = _("The customer opened this")

    quote_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteAsked(Event):
    """The customer wrote something on the page of a quote."""

    quote_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteAccepted(Event):
    """The customer said yes."""

    phrase = _("Accepted by the customer")

    quote_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteDeclined(Event):
    """The customer said no."""

    phrase = _("Declined by the customer")

    quote_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class QuoteRevised(Event):
    """A new version takes the place of a quote."""

    phrase = _("%(who)s made a new version")

    quote_id: int
    new_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteOrdered(Event):
    """An order was made of a quote that the customer accepted."""

    phrase = _("%(who)s made an order of this")

    quote_id: int
    order_id: int
