"""What holds of a record: read from the record itself, or from what hangs on it. The only place that says what each
check means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kizuna.base.resources import registry
from kizuna.base.types import addresses, emails, phones
from kizuna.base.types.errors import Invalid, Malformed
from kizuna.customers.consent.models import Mark, Reason
from kizuna.customers.quality.models import checks, mail_domains

# ── complete ──


def is_filled(column: models.Field) -> Q:
    """Rows in which a column holds something."""
    if isinstance(column, models.CharField):
        return Q(**{f"{column.attname}__gt": ""})
    return Q(**{f"{column.attname}__isnull": False})


def parts_of(key: str) -> dict[str, models.Field]:
    """The columns behind the parts of a complete record, by the field."""
    columns = {column.attname: column for column in registry.get(key).model._meta.concrete_fields}
    return {name: columns[column] for name, column in checks.PARTS[key].items()}


def missing(key: str, record: Any) -> list[str]:
    """The parts that a record lacks."""
    return [name for name, column in checks.PARTS[key].items() if getattr(record, column) in (None, "")]


def completeness(key: str, record: Any) -> int:
    """Of a hundred."""
    count = len(checks.PARTS[key])
    return round(100 * (count - len(missing(key, record))) / count)


# ── read from the record itself ──


def found_in(key: str, record: Any) -> set[str]:
    """The checks of this kind that a record meets."""
    return {code for code, holds in OF_RECORD.items() if holds(key, record)}


def _is_unreachable(key: str, record: Any) -> bool:
    return not (record.email or record.phone or record.city)


def _is_poor(key: str, record: Any) -> bool:
    return completeness(key, record) < checks.POOR


def _is_invalid(key: str, record: Any) -> bool:
    return any(is_bad(kind, point, "invalid") for kind, point in _points(record))


def _is_disposable(key: str, record: Any) -> bool:
    return any(is_bad(kind, point, "disposable") for kind, point in _points(record))


def _points(record: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind, points in (("email", record.emails), ("phone", record.phones)):
        for point in points or ():
            yield kind, point


def is_bad(kind: str, point: Mapping[str, Any], code: str) -> bool:
    """Whether an address or number is "invalid" or "disposable"."""
    known_as = point.get("key", "")
    if code == "disposable":
        return kind == "email" and mail_domains.is_disposable(emails.domain_of(known_as))
    if not _key_of(kind, point["value"] if kind == "email" else known_as):
        return True
    return kind == "email" and mail_domains.is_impossible(emails.domain_of(known_as))


@lru_cache(maxsize=4096)
def _key_of(kind: str, written: str) -> str:
    """How an address or a number with its country is matched, by the rules of today; "" for what is none."""
    try:
        return emails.normalise(written) if kind == "email" else phones.normalise(written, "")
    except Malformed:
        return ""


def anew(record: Any) -> Any:
    """A copy of a record as the rules of today would write it; what cannot be read by them stays as it is."""
    fresh = object.__new__(type(record))
    fresh.__dict__ = dict(record.__dict__)
    for name, rewrite in _REWRITTEN.items():
        setattr(fresh, name, [rewrite(point) for point in getattr(record, name) or ()])
    try:
        fresh.normalise()
    except Invalid:
        return record
    return fresh


def _point_anew(kind: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def rewrite(point: dict[str, Any]) -> dict[str, Any]:
        key = _key_of(kind, point["value"] if kind == "email" else point["key"])
        return point if key in ("", point["key"]) else point | {"key": key}

    return rewrite


def _address_anew(point: dict[str, Any]) -> dict[str, Any]:
    try:
        return point | (addresses.stored(point) or {})
    except Malformed:
        return point


_REWRITTEN: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "emails": _point_anew("email"),
    "phones": _point_anew("phone"),
    "addresses": _address_anew,
}


def differing(record: Any, fresh: Any) -> list[str]:
    """The columns that a copy would store otherwise; where a place is, is no matter of spelling."""
    names = [one.attname for one in type(record)._meta.concrete_fields if not one.attname.startswith("position")]
    return [name for name in names if fresh.__dict__.get(name) != record.__dict__.get(name)]


def _is_unnormalised(key: str, record: Any) -> bool:
    return bool(differing(record, anew(record)))


OF_RECORD: dict[str, Callable[[str, Any], bool]] = {
    "unreachable": _is_unreachable,
    "poor": _is_poor,
    "invalid": _is_invalid,
    "disposable": _is_disposable,
    "unnormalised": _is_unnormalised,
}


# ── read from what hangs on records ──


def rows_with(key: str, code: str) -> QuerySet:
    """The records of a kind, not in the trash, of which something holds that the record itself does not say."""
    rows: QuerySet = registry.get(key).model._default_manager.live()
    return rows.filter(OF_ROWS[code](key, timezone.now()))


def _bounced(key: str, now: dt.datetime) -> Q:
    marks = Mark.objects.filter(suppression__reason=Reason.BOUNCED, suppression__purpose__isnull=True)
    return Q(pk__in=marks.values("contact_id"))


def _stale(key: str, now: dt.datetime) -> Q:
    day = now - relativedelta(months=checks.STALE_MONTHS)
    return Q(updated_at__lt=day) & (Q(last_touch_at__isnull=True) | Q(last_touch_at__lt=day))


def _orphaned(key: str, now: dt.datetime) -> Q:
    """Nothing points to it, in whatever room; what lies in the trash does not count."""
    found = Q()
    for panel in registry.get(key).related_lists:
        rows = panel.resource.model._default_manager.live()
        found &= ~Q(Exists(rows.filter(**{panel.field.id_path: OuterRef("pk")})))
    return found


OF_ROWS: dict[str, Callable[[str, dt.datetime], Q]] = {
    "bounced": _bounced,
    "stale": _stale,
    "orphaned": _orphaned,
}
