"""What the consent room does when something happens."""

from __future__ import annotations

from kizuna.base.events import on
from kizuna.base.records.events import RecordsCreated, RecordsDeleted, RecordsRestored, RecordsUpdated
from kizuna.base.resources import editions
from kizuna.customers.consent.events import ConsentAsked, DisclosureAsked, ErasureAsked
from kizuna.customers.consent.jobs import disclose, erase, send_opt_in


@on(RecordsCreated)
@on(RecordsUpdated)
@on(RecordsDeleted)
@on(RecordsRestored)
def read_packs_anew(event: RecordsCreated | RecordsUpdated | RecordsDeleted | RecordsRestored) -> None:
    """Packs are kept in memory with the edition of a database."""
    if event.resource == "policypack":
        editions.renew()


@on(ConsentAsked)
def write_to_them(event: ConsentAsked) -> None:
    """The mail goes out once this is committed."""
    send_opt_in.enqueue(opt_in_id=event.opt_in_id)


@on(DisclosureAsked)
def make_a_copy(event: DisclosureAsked) -> None:
    disclose.enqueue(disclosure_id=event.disclosure_id)


@on(ErasureAsked)
def erase_them(event: ErasureAsked) -> None:
    erase.enqueue(erasure_id=event.erasure_id)
