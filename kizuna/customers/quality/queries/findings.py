"""What was found about records, and which of them wait for somebody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kizuna.base.resources.models import Among
from kizuna.base.resources.resource import Resource
from kizuna.base.types.ready import Given, Ready
from kizuna.customers.quality.models import Finding, Verdict, checks


def having(key: str, codes: Collection[str] | None = None) -> Q:
    """Rows of a kind of which one of these things was found and not decided about; any at all when None."""
    found = Finding.objects.open().filter(resource=key, code__in=tuple(codes) if codes is not None else checks.CHECKS)
    return Q(Among(found.values("record_id")))


def open_codes(key: str, record_id: int) -> list[str]:
    """What was found about one record and waits for nobody's decision any more or yet, in the order of the checks."""
    today = timezone.localdate().isoformat()
    found = set(_OPEN_CODES.ask(key=key, record_id=record_id, today=today))
    return [code for code in checks.CHECKS if code in found]


_OPEN_CODES = Ready(
    lambda: (
        Finding.objects.open(Given("today"))
        .filter(resource=Given("key"), record_id=Given("record_id"))
        .values_list("code", flat=True)
    )
)


def last_verdict(key: str, record_id: int) -> Verdict | None:
    rows = Verdict.objects.filter(resource=key, record_id=record_id, taken_back_at__isnull=True)
    return rows.select_related("created_by").order_by("-pk").first()


def verdict_of(key: str, record_id: int, verdict_id: int) -> Verdict | None:
    return Verdict.objects.filter(resource=key, record_id=record_id, pk=verdict_id).first()


def waiting(actor: Any, resource: Resource, *, after: int = 0, size: int = 20) -> list[tuple[int, int]]:
    """(place, record) of records that somebody has to decide about and whom this person sees, in the order in which
    they were first found; those after a place."""
    found = Finding.objects.open().asking().filter(resource=resource.key)
    earlier = found.filter(record_id=OuterRef("record_id"), pk__lt=OuterRef("pk"))
    seen = resource.visible_to(actor).filter(pk=OuterRef("record_id"))
    rows = found.filter(Exists(seen), ~Exists(earlier), pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", "record_id")[:size])


def codes_of(key: str, ids: Collection[int]) -> dict[int, list[str]]:
    """The open findings of several records that somebody has to decide about, in one query."""
    rows: QuerySet = Finding.objects.open().asking().filter(resource=key, record_id__in=tuple(ids))
    found: dict[int, list[str]] = {}
    for record_id, code in rows.values_list("record_id", "code"):
        found.setdefault(record_id, []).append(code)
    return {pk: sorted(codes, key=list(checks.CHECKS).index) for pk, codes in found.items()}
