"""Verbs of selling. Plain create, change and delete go through `base.records`."""

from kizuna.domains.sales.services.arranging import (
    follow_stages,
    mark_rotting_again,
    merge_stage,
    refuse_to_drop_deals,
)
from kizuna.domains.sales.services.deal_lines import (
    complete_deal_line,
    hand_lines_on,
    keep_amounts,
    quote_opportunity,
    reckon_deals,
    reckon_deals_of_lines,
    take_deal_lines,
)
from kizuna.domains.sales.services.moving import (
    lose_opportunity,
    move_opportunity,
    reopen_opportunity,
    win_opportunity,
)
from kizuna.domains.sales.services.parties import refuse_too_many_shares
from kizuna.domains.sales.services.quote_answers import (
    accept,
    accept_quote,
    choose_options,
    decline,
    decline_quote,
    note_opening,
    say,
    wording,
)
from kizuna.domains.sales.services.quote_figures import (
    complete_quote,
    complete_quote_line,
    note_changes,
    reckon_quotes,
    reckon_quotes_of_lines,
    take_number,
)
from kizuna.domains.sales.services.quote_notices import (
    carry_amount,
    carry_at_once,
    carry_or_tell,
    tell_approvers,
    tell_of_unsent,
    tell_owner,
    tell_owners_of_expiring,
)
from kizuna.domains.sales.services.quote_orders import order_quote
from kizuna.domains.sales.services.quote_paper import content_of, keep_acceptance, kept_paper, pdf_of
from kizuna.domains.sales.services.quote_sending import (
    answer_customer,
    complete_message,
    deliver_message,
    deliver_quote,
    quote_url,
    send_quote,
)
from kizuna.domains.sales.services.quote_steps import (
    approve_quote,
    copy_quote,
    request_approval,
    return_quote,
    revise_quote,
    withdraw_quote,
)
from kizuna.domains.sales.services.stages import mark_rotting, note_stages, refuse_other_reasons
from kizuna.domains.sales.services.states import note_states
from kizuna.domains.sales.services.sums import count_stays, note_changed_stays

__all__ = [
    "accept",
    "accept_quote",
    "answer_customer",
    "approve_quote",
    "carry_amount",
    "carry_at_once",
    "carry_or_tell",
    "choose_options",
    "complete_deal_line",
    "complete_message",
    "complete_quote",
    "complete_quote_line",
    "content_of",
    "copy_quote",
    "count_stays",
    "decline",
    "decline_quote",
    "deliver_message",
    "deliver_quote",
    "follow_stages",
    "hand_lines_on",
    "keep_acceptance",
    "keep_amounts",
    "kept_paper",
    "lose_opportunity",
    "mark_rotting",
    "mark_rotting_again",
    "merge_stage",
    "move_opportunity",
    "note_changed_stays",
    "note_changes",
    "note_opening",
    "note_stages",
    "note_states",
    "order_quote",
    "pdf_of",
    "quote_opportunity",
    "quote_url",
    "reckon_deals",
    "reckon_deals_of_lines",
    "reckon_quotes",
    "reckon_quotes_of_lines",
    "refuse_other_reasons",
    "refuse_to_drop_deals",
    "refuse_too_many_shares",
    "reopen_opportunity",
    "request_approval",
    "return_quote",
    "revise_quote",
    "say",
    "send_quote",
    "take_deal_lines",
    "take_number",
    "tell_approvers",
    "tell_of_unsent",
    "tell_owner",
    "tell_owners_of_expiring",
    "win_opportunity",
    "withdraw_quote",
    "wording",
]
