"""Who bought it: a contact that is here, by e-mail address and then by telephone number, else a new one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kizuna.base.records import bulk
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Invalid
from kizuna.base.types.turns import wait_for_turn

KEYS = ("emails", "phones")
"""By what somebody is found without asking: only what belongs to one person. Names alone are for the list of
duplicates, where people decide."""


def find_or_make(actor: Any, told: Sequence[Mapping[str, Any] | None]) -> list[int | None]:
    """The contact of each customer as the shop tells them; None for who bought without saying who they are. The same
    keys as in the resolver (`base.duplicates`), looked up for all of them in one query; two orders of one new customer
    make one contact, and so do two calls at once. Raises Invalid, under "customer"."""
    contacts = registry.get("contact")
    keys = [_keys(contacts, one, actor) for one in told]
    wanted = {pair for pairs in keys for pair in pairs}
    holders = _holders(wanted)
    if any(not holders.keys() & set(pairs) for pairs in keys if pairs):
        wait_for_turn("make the customers of orders")  # else two calls at once make one customer twice
        holders = _holders(wanted)
    seen = set(contacts.visible_to(actor).filter(pk__in=set(holders.values())).values_list("pk", flat=True))
    found: list[int | None] = []
    new: list[Record] = []  # until they are stored, the first is called -1, the second -2
    for one, pairs in zip(told, keys, strict=True):
        known = next((holders[pair] for pair in pairs if holders.get(pair) in seen), None)
        if known is None and one:
            new.append(_drawn_up(actor, one))
            known = -len(new)
            seen.add(known)
            holders |= dict.fromkeys(pairs, known)
        found.append(known)
    if new:
        records.create_many(actor=actor, resource=contacts, records=new, is_settled=True)
    return [new[-1 - known].pk if known is not None and known < 0 else known for known in found]


def _holders(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Whose keys these are; of several the one that was here first. One query."""
    found = sorted(bulk.records_having("contact", wanted), key=lambda row: -row[2])
    return {(kind, key): pk for kind, key, pk in found}


def _keys(contacts: Any, one: Mapping[str, Any] | None, actor: Any) -> list[tuple[str, str]]:
    """E-mail addresses first: a telephone is shared more often."""
    found = []
    for name in KEYS:
        if one and one.get(name):
            try:
                value = contacts.fields[name].parse(one[name], Reader.of(actor))
            except Invalid as error:
                raise error.under(f"customer.{name}") from error
            found += [(name, key) for key in sorted(contacts.fields[name].keys(value))]
    return found


def _drawn_up(actor: Any, one: Mapping[str, Any]) -> Record:
    try:
        return records.drawn_up(actor=actor, resource=registry.get("contact"), values=one)
    except Invalid as error:
        raise error.under("customer") from error
