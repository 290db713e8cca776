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
MAKING = "make the customers of orders"
"""Else two calls at once would make one customer twice. It is one turn for all, not one for each address and number,
which would win little: whoever places orders waits for their numbers (`sums.take_numbers`) until the other committed in
any case. And 500 new customers would be 1,000 locks of some 6,400 that a PostgreSQL has for everybody."""


def find_or_make(actor: Any, told: Sequence[Mapping[str, Any] | None]) -> list[int | None]:
    """The contact of each customer as the shop tells them; None for who bought without saying who they are. The same
    keys as in the resolver (`base.duplicates`), looked up for all of them in one query; two orders of one new customer
    make one contact, and so do two calls at once. Raises Invalid, under "customer"."""
    contacts = registry.get("contact")
    keys = [_keys(contacts, one, actor) for one in told]
    wanted = {pair for pairs in keys for pair in pairs}
    known = _known(contacts, wanted, actor)
    if any(pairs and known.keys().isdisjoint(pairs) for pairs in keys):
        wait_for_turn(MAKING)
        known = _known(contacts, wanted, actor)
    found: list[int | None] = []
    new: list[Record] = []  # until they are stored, the first is called -1, the second -2
    for one, pairs in zip(told, keys, strict=True):
        whose = next((known[pair] for pair in pairs if pair in known), None)
        if whose is None and one:
            new.append(_drawn_up(actor, one))
            whose = -len(new)
            known |= dict.fromkeys(pairs, whose)
        found.append(whose)
    if new:
        records.create_many(actor=actor, resource=contacts, records=new, is_settled=True)
    return [new[-1 - whose].pk if whose is not None and whose < 0 else whose for whose in found]


def _known(contacts: Any, wanted: Collection[tuple[str, str]], actor: Any) -> dict[tuple[str, str], int]:
    """Whose keys these are, of those whom the actor sees; of several the one that was here first. Two queries."""
    holders = bulk.records_having("contact", wanted)
    rows = contacts.visible_to(actor).filter(pk__in={pk for _kind, _key, pk in holders})
    seen = set(rows.values_list("pk", flat=True))
    return {(kind, key): pk for kind, key, pk in sorted(holders, key=lambda row: -row[2]) if pk in seen}


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
