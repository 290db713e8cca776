"""What selling does when something happens: it notes in which stage deals are, keeps shares within the whole,
reckons quotes anew, and tells people what became of them."""

from __future__ import annotations

from collections.abc import Iterable

from kizuna.base.events import current_origin, on
from kizuna.base.records.events import RecordsCreated, RecordsDeleted, RecordsRestored, RecordsUpdated
from kizuna.domains.sales import jobs, services
from kizuna.domains.sales.events import (
    OpportunityLost,
    OpportunityWon,
    QuoteAccepted,
    QuoteApprovalAsked,
    QuoteApproved,
    QuoteAsked,
    QuoteDeclined,
    QuoteOpened,
    QuoteReturned,
    QuoteSent,
)
from kizuna.domains.sales.models import Playbook, PlaybookStep, QuoteMessage, Stage
from kizuna.domains.sales.services import checklists, playing, quote_notices

IMPORT = "import"
"""The door through which deals come of which most was done long ago: their playbooks make no tasks."""


@on(RecordsCreated)
@on(RecordsUpdated)
def note_stages(event: RecordsCreated | RecordsUpdated) -> None:
    if event.resource != "opportunity":
        return
    if isinstance(event, RecordsCreated) or "stage" in event.fields:
        services.note_stages(opportunity_ids=event.ids)
        if current_origin().via != IMPORT:
            playing.play_stages(opportunity_ids=event.ids)
        checklists.count(opportunity_ids=event.ids)
    elif "reason" in event.fields:
        services.refuse_other_reasons(opportunity_ids=event.ids)
    services.mark_rotting(opportunity_ids=event.ids)


@on(RecordsDeleted)
@on(RecordsRestored)
def count_stays_again(event: RecordsDeleted | RecordsRestored) -> None:
    """What lies in the trash counts no more."""
    if event.resource == "opportunity":
        services.note_changed_stays(opportunity_ids=event.ids)


@on(RecordsDeleted)
def keep_what_deals_stand_in(event: RecordsDeleted) -> None:
    if event.resource == "stage":
        services.refuse_to_drop_deals(stage_ids=event.ids)
    elif event.resource == "pipeline":
        services.refuse_to_drop_deals(pipeline_ids=event.ids)


@on(OpportunityWon)
@on(OpportunityLost)
def stop_sequences(event: OpportunityWon | OpportunityLost) -> None:
    playing.stop_sequences(opportunity_ids=event.opportunity_ids)


@on(RecordsDeleted)
def stop_sequences_of_deleted(event: RecordsDeleted) -> None:
    if event.resource == "opportunity":
        playing.stop_sequences(opportunity_ids=event.ids, is_deleted=True)


@on(RecordsUpdated)
def follow_stages(event: RecordsUpdated) -> None:
    if event.resource == "stage":
        services.follow_stages(stage_ids=event.ids, fields=event.fields)
    if event.resource == "stage" and "max_age_days" in event.fields:
        jobs.mark_rotting_again.enqueue(stage_ids=list(event.ids), pipeline_ids=[])
    elif event.resource == "pipeline" and "quiet_days" in event.fields:
        jobs.mark_rotting_again.enqueue(stage_ids=[], pipeline_ids=list(event.ids))


MOVES_ITEMS = frozenset({"kind", "playbook", "stage", "is_active"})
"""Fields of playbooks and their steps on which it depends where which items are."""


@on(RecordsCreated)
@on(RecordsDeleted)
@on(RecordsRestored)
@on(RecordsUpdated)
def count_items_again(event: RecordsCreated | RecordsDeleted | RecordsRestored | RecordsUpdated) -> None:
    """By a job, for the deals of the stages that are concerned: of all stages where something left one for another."""
    if event.resource not in ("playbook", "playbookstep"):
        return
    if isinstance(event, RecordsUpdated) and not MOVES_ITEMS.intersection(event.fields):
        return
    stages: Iterable[int]
    if isinstance(event, RecordsUpdated) and {"playbook", "stage"}.intersection(event.fields):
        stages = Stage.objects.live().values_list("pk", flat=True)
    elif event.resource == "playbook":
        stages = Playbook.objects.filter(pk__in=event.ids).values_list("stage", flat=True)
    else:
        steps = PlaybookStep.objects.filter(pk__in=event.ids)
        if not isinstance(event, RecordsUpdated):
            steps = steps.filter(kind=PlaybookStep.Kind.CHECK)
        stages = steps.values_list("playbook__stage", flat=True)
    if found := sorted(set(stages)):
        jobs.count_items_again.enqueue(stage_ids=found)


@on(RecordsCreated)
@on(RecordsUpdated)
@on(RecordsRestored)
def keep_shares_whole(event: RecordsCreated | RecordsUpdated | RecordsRestored) -> None:
    if event.resource == "opportunitysplit":
        services.refuse_too_many_shares(split_ids=event.ids)


BY_LINE = frozenset(
    {"discount", "words", "quantity", "unit", "billing", "unit_price", "tax_percent", "product", "quote", "is_optional"}
)
"""Fields of a line that only a draft may change."""


OF_DEAL_LINE = frozenset({"discount", "quantity", "unit_price", "product", "opportunity"})
"""Fields of a line on which the amount of its deal depends."""


@on(RecordsCreated)
@on(RecordsDeleted)
@on(RecordsRestored)
@on(RecordsUpdated)
def reckon_deals_of_changed_lines(event: RecordsCreated | RecordsDeleted | RecordsRestored | RecordsUpdated) -> None:
    """An amount that has lines is theirs alone."""
    if event.resource == "opportunityline":
        if not isinstance(event, RecordsUpdated) or OF_DEAL_LINE.intersection(event.fields):
            services.reckon_deals_of_lines(line_ids=event.ids)
    elif event.resource == "opportunity" and isinstance(event, RecordsUpdated):
        if "amount" in event.fields:
            services.keep_amounts(deal_ids=event.ids)
        if "owner" in event.fields:
            services.hand_lines_on(deal_ids=event.ids)


@on(RecordsCreated)
@on(RecordsDeleted)
@on(RecordsRestored)
def reckon_quotes_of_changed_lines(event: RecordsCreated | RecordsDeleted | RecordsRestored) -> None:
    if event.resource == "quoteline":
        services.reckon_quotes_of_lines(line_ids=event.ids)
    elif event.resource == "quote" and isinstance(event, RecordsCreated):
        services.reckon_quotes(quote_ids=event.ids)


@on(RecordsUpdated)
def reckon_edited_quotes(event: RecordsUpdated) -> None:
    if event.resource == "quoteline" and BY_LINE.intersection(event.fields):
        services.reckon_quotes_of_lines(line_ids=event.ids)
    elif event.resource == "quote":
        services.note_changes(quote_ids=event.ids, fields=event.fields)


@on(QuoteSent)
def send_letter(event: QuoteSent) -> None:
    if event.is_mailed:
        jobs.mail_quote.enqueue(quote_id=event.quote_id)


@on(RecordsCreated)
def send_our_words(event: RecordsCreated) -> None:
    """Our answer goes to the customer by mail."""
    if event.resource == "quotemessage":
        for message in QuoteMessage.objects.filter(pk__in=event.ids, is_ours=True):
            jobs.mail_answer.enqueue(message_id=message.pk)


@on(QuoteAsked, later=True)
def tell_of_their_words(event: QuoteAsked) -> None:
    """Whoever looks after the quote hears what the customer asks."""
    services.tell_owner(kind=quote_notices.ASKED, quote_id=event.quote_id, event_id=event.event_id)


@on(QuoteAccepted)
def carry_amount(event: QuoteAccepted) -> None:
    """At once, so that the deal is won at what was accepted; what does not succeed is tried again by a job."""
    if not services.carry_at_once(quote_id=event.quote_id):
        jobs.carry_amount.enqueue(quote_id=event.quote_id)


@on(QuoteAccepted)
def keep_acceptance(event: QuoteAccepted) -> None:
    """By a job: a yes waits for no paper, and stands whatever becomes of it."""
    jobs.keep_acceptance.enqueue(quote_id=event.quote_id)


@on(QuoteApprovalAsked, later=True)
def tell_approvers(event: QuoteApprovalAsked) -> None:
    services.tell_approvers(quote_id=event.quote_id, event_id=event.event_id, actor_id=current_origin().actor_id)


@on(QuoteApproved, later=True)
@on(QuoteReturned, later=True)
def tell_of_approval(event: QuoteApproved | QuoteReturned) -> None:
    actor_id = current_origin().actor_id
    services.tell_owner(kind=quote_notices.DECIDED, quote_id=event.quote_id, event_id=event.event_id, actor_id=actor_id)


@on(QuoteAccepted, later=True)
@on(QuoteDeclined, later=True)
def tell_of_answer(event: QuoteAccepted | QuoteDeclined) -> None:
    kind = quote_notices.ACCEPTED if isinstance(event, QuoteAccepted) else quote_notices.DECLINED
    actor_id = current_origin().actor_id
    services.tell_owner(kind=kind, quote_id=event.quote_id, event_id=event.event_id, actor_id=actor_id)


@on(QuoteOpened, later=True)
def tell_of_opening(event: QuoteOpened) -> None:
    services.tell_owner(kind=quote_notices.OPENED, quote_id=event.quote_id, event_id=event.event_id)
