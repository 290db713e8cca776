"""What orders do when their lines and payments change, by whichever door: they are reckoned anew."""

from __future__ import annotations

from kizuna.base.events import on
from kizuna.base.records.events import RecordsCreated, RecordsDeleted, RecordsRestored, RecordsUpdated
from kizuna.customers.orders import services

BY = frozenset({"discount", "words", "quantity", "unit_price", "tax_percent", "product", "order"})
"""Fields of a line that its order's totals, or what it may do, follow from."""


@on(RecordsCreated)
@on(RecordsDeleted)
@on(RecordsRestored)
def reckon_orders_of_changed_lines(event: RecordsCreated | RecordsDeleted | RecordsRestored) -> None:
    if event.resource == "orderline":
        services.reckon_orders_of_lines(line_ids=event.ids, is_new=isinstance(event, RecordsCreated))
    elif event.resource == "payment":
        services.reckon_orders_of_payments(payment_ids=event.ids, is_new=isinstance(event, RecordsCreated))


@on(RecordsUpdated)
def reckon_orders_of_edited_lines(event: RecordsUpdated) -> None:
    if event.resource == "orderline" and BY.intersection(event.fields):
        services.reckon_orders_of_lines(line_ids=event.ids)
    elif event.resource == "order" and {"discount", "currency"}.intersection(event.fields):
        services.reckon_orders(order_ids=event.ids)
