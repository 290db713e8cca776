"""What was sold on each day, added up; and the days whose orders changed since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.migrations.operations.base import Operation, OperationCategory

from kizuna.base.types import ties
from kizuna.customers.orders.models.channels import SalesChannel


class DaySales(models.Model):
    """Orders of one day (in the zone of the business), channel, currency and owner that were not cancelled: how many,
    and what they come to, without what was given back. True but for the days that are touched (`TouchedDay`)."""

    day = models.DateField()
    channel = models.ForeignKey(SalesChannel, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    currency = models.CharField(max_length=3)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    orders = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=24, decimal_places=4)

    when_merged: ClassVar[ties.Rules] = {"channel": ties.Leave()}

    class Meta:
        indexes = [
            models.Index(fields=["day", "channel", "currency", "owner", "orders", "total"], name="orders_daysales_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.channel_id} {self.currency}"


class TouchedDay(models.Model):
    """A day in UTC on which orders stand, or stood, that changed since they were added up. The database notes it itself
    (`TouchDays`), in the transaction that changes them; rows are only added, so nobody waits for anybody."""

    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["day"], name="orders_touchedday_day")]

    def __str__(self) -> str:
        return f"{self.day}"


class DaySums(models.Model):
    """One row: the zone in which days were told apart. Whoever adds up holds it, so that one does at a time."""

    zone = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.zone


_POSTGRESQL = """
    CREATE FUNCTION orders_touch_days() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO orders_touchedday (day) SELECT DISTINCT (ordered_at AT TIME ZONE 'UTC')::date FROM came;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO orders_touchedday (day) SELECT DISTINCT (ordered_at AT TIME ZONE 'UTC')::date FROM gone;
        ELSE
            INSERT INTO orders_touchedday (day)
            SELECT DISTINCT (found.moment AT TIME ZONE 'UTC')::date
            FROM gone JOIN came USING (id)
            CROSS JOIN LATERAL (VALUES (gone.ordered_at), (came.ordered_at)) AS found (moment)
            WHERE ({gone}, gone.status = 'cancelled', gone.deleted_at IS NULL)
                IS DISTINCT FROM ({came}, came.status = 'cancelled', came.deleted_at IS NULL);
        END IF;
        RETURN NULL;
    END $$
    """
_ON_POSTGRESQL = (
    "CREATE TRIGGER orders_order_came AFTER INSERT ON orders_order REFERENCING NEW TABLE AS came"
    " FOR EACH STATEMENT EXECUTE FUNCTION orders_touch_days()",
    "CREATE TRIGGER orders_order_changed AFTER UPDATE ON orders_order REFERENCING OLD TABLE AS gone NEW TABLE AS came"
    " FOR EACH STATEMENT EXECUTE FUNCTION orders_touch_days()",
    "CREATE TRIGGER orders_order_gone AFTER DELETE ON orders_order REFERENCING OLD TABLE AS gone"
    " FOR EACH STATEMENT EXECUTE FUNCTION orders_touch_days()",
)
_NOTE = (
    "INSERT INTO orders_touchedday (day) SELECT date({row}.ordered_at)"
    " WHERE NOT EXISTS (SELECT 1 FROM orders_touchedday WHERE day = date({row}.ordered_at));"
)
_CANCELLED = "(old.status = 'cancelled') <> (new.status = 'cancelled')"
_NAMES = ("came", "changed", "gone")


def _on_sqlite(told: Sequence[str]) -> tuple[str, ...]:
    columns = (*told, "deleted_at")
    differs = " OR ".join([*(f"old.{name} IS NOT new.{name}" for name in columns), _CANCELLED])
    return (
        f"CREATE TRIGGER orders_order_came AFTER INSERT ON orders_order BEGIN {_NOTE.format(row='new')} END",
        f"CREATE TRIGGER orders_order_changed AFTER UPDATE OF status, {', '.join(columns)} ON orders_order"
        f" WHEN {differs} BEGIN {_NOTE.format(row='old')} {_NOTE.format(row='new')} END",
        f"CREATE TRIGGER orders_order_gone AFTER DELETE ON orders_order BEGIN {_NOTE.format(row='old')} END",
    )


def _on_postgresql(told: Sequence[str]) -> tuple[str, ...]:
    gone, came = (", ".join(f"{row}.{name}" for name in told) for row in ("gone", "came"))
    return (_POSTGRESQL.format(gone=gone, came=came), *_ON_POSTGRESQL)


class TouchDays(Operation):
    """Has the database note the days of orders that come, go or change in these columns, by whichever door: what writes
    past our services (a merge of channels, a load by COPY, an administrator's UPDATE) cannot forget it. `before` are
    the columns of the one that it takes the place of.

    A migration that rebuilds the table of orders on SQLite drops the triggers with it: undo this before, and do it
    again afterwards.
    """

    reversible = True
    category = OperationCategory.ADDITION

    def __init__(self, told: Sequence[str], before: Sequence[str] = ()) -> None:
        self.told, self.before = tuple(told), tuple(before)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models know nothing of it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        _replace(schema_editor, self.before, self.told)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        _replace(schema_editor, self.told, self.before)

    def describe(self) -> str:
        return "Note the days of orders that change"


def _replace(schema_editor: Any, before: Sequence[str], told: Sequence[str]) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if before:
        for name in _NAMES:
            schema_editor.execute(f"DROP TRIGGER orders_order_{name}{'' if is_sqlite else ' ON orders_order'}")
        if not is_sqlite:
            schema_editor.execute("DROP FUNCTION orders_touch_days()")
    for statement in (_on_sqlite(told) if is_sqlite else _on_postgresql(told)) if told else ():
        schema_editor.execute(statement, params=None)
