"""Deals and orders in any number beside contacts that were loaded: some are made through the services, with all that
belongs to them, and copied inside the database (see `copies`), each copy for another customer.

History is copied of deals and orders, not of their lines and payments: no page looks at it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.core.management import CommandError
from django.db import connection, models

from kizuna.base.events.models import Subject
from kizuna.base.identity.system import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.search.lexemes import highest_id, lowest_id
from kizuna.base.search.models import Entry
from kizuna.customers.catalog import demo as catalog
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.orders.demo import volume as orders_volume
from kizuna.customers.orders.models import (
    Order,
    OrderLine,
    Payment,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
)
from kizuna.domains.sales.demo import volume as sales_volume
from kizuna.domains.sales.models import (
    Opportunity,
    OpportunityCompetitor,
    OpportunityContact,
    OpportunitySplit,
    OpportunityState,
    StageVisit,
)
from kizuna.domains.sales.services import standing, sums
from kizuna.server.bench.copies import (
    Copied,
    earlier,
    feed_full_text,
    highest_of,
    lexemes_with_a_word,
    settle,
    without_indexes,
)

DEALS, ORDERS = 3_000, 10_000
"""So many are made through the services; the rest are copies of them."""
DEAL_TABLES = (
    Opportunity, StageVisit, OpportunityState, OpportunityContact, OpportunityCompetitor, OpportunitySplit,
)  # fmt: skip
ORDER_TABLES = (Order, OrderLine, Payment, Shipment, ShipmentLine, Return, ReturnLine)
HISTORIES = ("opportunity", "order")
FAITHFUL_ONE_IN = 3_000
"""One order in so many is that of one customer: a thousand of three million."""
DRAWN_CONTACTS = 10_000
Tell = Callable[[str], None]


def load(*, opportunities: int, orders: int, tell: Tell) -> None:
    """Fill a database that has contacts but sold nothing yet. Raises CommandError for any other."""
    if Order.objects.exists() or Opportunity.objects.exists():
        raise CommandError("Something was sold in this database already; load into one with contacts only.")
    started = time.monotonic()
    tell("Products, deals, orders …")
    catalog.load(SYSTEM)
    sales_volume.load_volume(deals=min(opportunities, DEALS))
    orders_volume.load_volume(orders=min(orders, ORDERS))
    for kinds, wanted in ((DEAL_TABLES, opportunities), (ORDER_TABLES, orders)):
        times = max(1, round(wanted / kinds[0]._default_manager.count()))
        tell(f"{times} of each {kinds[0]._meta.verbose_name} …")
        multiply(kinds, times)
    _make_faithful()
    sums.count_all_stays()
    standing.add_up_all_states()
    settle([*DEAL_TABLES, *ORDER_TABLES, Subject])
    deals, sold, lines = (model._default_manager.count() for model in (Opportunity, Order, OrderLine))
    seconds = time.monotonic() - started
    tell(f"{deals:,} opportunities, {sold:,} orders with {lines:,} lines in {seconds:.0f} s.")


def multiply(kinds: Sequence[type[models.Model]], times: int) -> None:
    """Make `times` rows of each that is there now in these tables, the originals included."""
    steps = [_rows(model, kinds) for model in kinds] + _beside(kinds)
    tables = sorted({step.model._meta.db_table for step, _which in steps})
    with _unchecked(), without_indexes(tables), connection.cursor() as cursor:
        for step, which in steps:
            table = connection.ops.quote_name(step.model._meta.db_table)
            cursor.execute(f"CREATE TEMPORARY TABLE originals AS SELECT * FROM {table} WHERE {which}")  # noqa: S608
            for number in range(1, times):
                cursor.execute(_statement(step, number))
            cursor.execute("DROP TABLE originals")
        feed_full_text(*(["sales_opportunity"] if Opportunity in kinds else []))


# What differs ---------------------------------------------------------------------------------------------------------


def _rows(model: type[models.Model], kinds: Sequence[type[models.Model]]) -> tuple[Copied, str]:
    """The rows of a table, and which of them are copied: SQL."""
    changes = {"id": f"id + n * {highest_of(model)}"}
    for column in model._meta.concrete_fields:
        target, name = column.related_model, str(column.column)
        if target is not None and target in kinds:
            changes[name] = f"{name} + n * {highest_of(target)}"
        elif target in (Contact, Company):
            changes[name] = _other_customer(target, name)
        elif isinstance(column, models.DateTimeField):
            changes[name] = earlier(name)
    if model is Order:
        changes["number"] = "number || '.' || n"
        changes["external_id"] = "CASE external_id WHEN '' THEN '' ELSE external_id || '-' || n END"
    return Copied(model, changes), f"id <= {highest_of(model)}"


def _other_customer(model: type[models.Model], name: str) -> str:
    """Each copy is that of another one, who stands to the next as the first ones do: contacts go with companies."""
    first, count = model._default_manager.order_by("pk").values_list("pk", flat=True)[0], model._default_manager.count()
    if highest_of(model) - first + 1 != count:
        raise CommandError("Some customers were deleted: load them anew.")
    blocks = max(1, Contact._default_manager.count() // DRAWN_CONTACTS)
    step = count // blocks
    return f"{first} + ({name} - {first} + n * {step} + n / {blocks}) % {count}"


def _beside(kinds: Sequence[type[models.Model]]) -> list[tuple[Copied, str]]:
    """Entries of search, keys and history of the records among these."""
    found = []
    declared = {one.model for one in registry.declared()}
    for model in (one for one in kinds if one in declared):
        key, highest = registry.of(model).key, highest_of(model)
        entries = {"id": f"id + n * {highest}", "lexemes": lexemes_with_a_word()}
        first, last = lowest_id(key), min(lowest_id(key) + highest, highest_id(key))
        found.append((Copied(Entry, entries), f"id BETWEEN {first} AND {last}"))
        beside = {"id": f"id + n * {highest_of(Key)}", "record_id": f"record_id + n * {highest}", "key": "key || n"}
        found.append((Copied(Key, beside), f"resource = '{key}' AND record_id <= {highest}"))
        if key in HISTORIES:
            told = {"id": f"id + n * {highest_of(Subject)}", "record_id": f"record_id + n * {highest}"}
            found.append((Copied(Subject, told), f"resource = '{key}' AND record_id <= {highest}"))
    return found


def _make_faithful() -> None:
    """Somebody who buys all the time."""
    (buyer,) = Contact.objects.order_by("-pk")[:1]
    table = connection.ops.quote_name(Order._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET contact_id = %s WHERE id %% {FAITHFUL_ONE_IN} = 0 AND company_id IS NULL",  # noqa: S608
            [buyer.pk],
        )


# Statements -----------------------------------------------------------------------------------------------------------


def _statement(step: Copied, number: int) -> str:
    quote = connection.ops.quote_name
    table = quote(step.model._meta.db_table)
    names = [str(column.column) for column in step.model._meta.concrete_fields]
    values = ", ".join(step.changes.get(name, quote(name)) for name in names)
    return (
        f"INSERT INTO {table} ({', '.join(map(quote, names))})"  # noqa: S608 - names and numbers of ours
        f" SELECT {values} FROM originals CROSS JOIN (SELECT CAST({number} AS bigint) AS n) AS numbers ORDER BY id"
    )


@contextmanager
def _unchecked() -> Iterator[None]:
    """Foreign keys are right by the way they are made; to look each of forty million up would take most of the time."""
    with connection.cursor() as cursor:
        may = False
        if connection.vendor == "postgresql":
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            (may,) = cursor.fetchone()
        if may:
            cursor.execute("SET session_replication_role = replica")
        yield
        if may:
            cursor.execute("SET session_replication_role = DEFAULT")
