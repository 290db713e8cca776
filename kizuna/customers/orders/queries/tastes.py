"""What suits a customer: their size in each category, and what they like best, of what they bought and kept and of what
somebody noted."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Count, F, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from kizuna.base.types import text
from kizuna.customers.catalog.models import Category, Product
from kizuna.customers.orders.models import OrderLine, Preference

Kind = Preference.Kind
RECENT = dt.timedelta(days=730)
"""People change, children most of all: what was kept in the last two years is asked first."""
FAVOURITES = 5
OFTEN = 2
"""Nothing is a favourite that was bought once."""
ZERO = Decimal(0)


@dataclass
class Size:
    """A size in one category: units bought, of them kept and come back; by whom it was noted, if it was."""

    words: str
    bought: Decimal = ZERO
    kept: Decimal = ZERO
    recent: Decimal = ZERO
    last: dt.datetime | None = None
    noted: Preference | None = None

    @property
    def returned(self) -> Decimal:
        return self.bought - self.kept

    @property
    def fits(self) -> bool:
        """What was noted counts; else what they kept more of than they sent back."""
        return self.noted.is_liked if self.noted else self.kept > self.returned


@dataclass
class Sizes:
    """The sizes of one category (None: of none), what fits first."""

    category_id: int | None
    category: str
    sizes: list[Size]

    @property
    def best(self) -> Size | None:
        return next((one for one in self.sizes if one.fits), None)


@dataclass
class Favourite:
    """Something that they like: `times` it was ordered, never when somebody only noted it."""

    kind: str
    words: str
    record_id: int | None = None
    times: int = 0
    recent: int = 0
    kept: Decimal = ZERO
    last: dt.datetime | None = None
    noted: Preference | None = None


@dataclass
class Tastes:
    """Sizes by category, favourites by kind, and what somebody took away from both."""

    sizes: list[Sizes] = field(default_factory=list)
    favourites: dict[str, list[Favourite]] = field(default_factory=dict)
    taken_away: list[Preference] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sizes or any(self.favourites.values()) or self.taken_away)


def preferences_of(actor: Any, key: str, record_id: int) -> QuerySet[Preference]:
    """What was noted about a contact, a company, or the members of a household."""
    asked = Q(contact__household=record_id, contact__deleted_at=None) if key == "household" else Q(**{key: record_id})
    return Preference.objects.visible_to(actor).filter(asked).order_by("pk")


def tastes_of(lines: QuerySet[OrderLine], noted: QuerySet[Preference], *, most: int = FAVOURITES) -> Tastes:
    """Of what they bought, and of what was noted. Three queries, however much they bought."""
    notes = list(noted.select_related("product", "category", "updated_by"))
    favourites = _bought(lines)
    _add_notes(favourites, notes)
    return Tastes(
        sizes=_sizes(lines, notes),
        favourites={kind: _best(favourites[kind].values(), most) for kind in Kind.values if kind != Kind.SIZE},
        taken_away=[one for one in notes if not one.is_liked],
    )


def _recent() -> Q:
    return Q(order__ordered_at__gte=timezone.now() - RECENT)


def _sizes(lines: QuerySet[OrderLine], notes: Sequence[Preference]) -> list[Sizes]:
    """Small and large letters, and full and half width, are one size."""
    kept = F("quantity") - F("returned")
    found: dict[tuple[int | None, str], dict[str, Size]] = defaultdict(dict)
    sold = lines.exclude(size="").values("size", "product__category", "product__category__name")
    for row in sold.annotate(
        bought=Sum("quantity"), stayed=Sum(kept), recent=Sum(kept, filter=_recent()), last=Max("order__ordered_at")
    ).order_by("size"):
        place: tuple[int | None, str] = (row["product__category"], row["product__category__name"] or "")
        one = found[place].setdefault(text.sort_key(row["size"]), Size(row["size"]))
        one.bought, one.kept = one.bought + row["bought"], one.kept + row["stayed"]
        one.recent += row["recent"] or ZERO
        one.last = max(one.last or row["last"], row["last"])
    for note in notes:
        if note.kind == Kind.SIZE:
            place = (note.category_id, note.category.name if note.category else "")
            found[place].setdefault(text.sort_key(note.words), Size(note.words)).noted = note
    told = [
        Sizes(category_id, name, sorted(of.values(), key=_by_fit, reverse=True))
        for (category_id, name), of in found.items()
    ]
    return sorted(told, key=lambda one: (-sum(size.bought for size in one.sizes), one.category))


def _by_fit(one: Size) -> tuple[Any, ...]:
    is_noted = bool(one.noted and one.noted.is_liked)
    return (one.fits, is_noted, one.recent, one.kept, one.last.timestamp() if one.last else 0.0)


_TOLD_APART: dict[str, tuple[Any, Any]] = {
    Kind.PRODUCT: (
        Coalesce("product__variant_of", "product"), Coalesce("product__variant_of__name", "product__name"),
    ),
    Kind.CATEGORY: (F("product__category"), F("product__category__name")),
    Kind.BRAND: (None, F("product__brand")),
    Kind.COLOUR: (None, F("colour")),
}  # fmt: skip
"""What tells favourites of a kind apart: a record, or words. Variants are one product, the one that they are of."""


def _bought(lines: QuerySet[OrderLine]) -> dict[str, dict[Hashable, Favourite]]:
    """What was bought and not sent back whole, in one question of a part for each kind: two products of a category in
    one order are one time that they bought of it."""
    kept = lines.filter(quantity__gt=F("returned"), product__isnull=False)
    first, *others = [_of_kind(kept, kind) for kind in _TOLD_APART]
    found: dict[str, dict[Hashable, Favourite]] = {kind: {} for kind in _TOLD_APART}
    for kind, what, told, *counted in sorted(
        first.union(*others, all=True), key=lambda row: (row[2] or "", row[1] or 0)
    ):
        if told:
            _count(found[kind], what or text.sort_key(told), Favourite(kind, told, what), counted)
    return found


def _of_kind(lines: QuerySet[OrderLine], kind: str) -> QuerySet[OrderLine, tuple[Any, ...]]:
    """Kind, record, words, and how often and when they were bought: for the favourites of one kind."""
    record, words = _TOLD_APART[kind]
    what = record if record is not None else Value(None, BigIntegerField())
    rows = lines.annotate(kind=Value(kind), what=what, told=words).values_list("kind", "what", "told")
    return rows.annotate(
        times=Count("order", distinct=True),
        recent=Count("order", distinct=True, filter=_recent()),
        stayed=Sum(F("quantity") - F("returned")),
        last=Max("order__ordered_at"),
    )


def _count(found: dict[Hashable, Favourite], key: Hashable, new: Favourite, counted: Sequence[Any]) -> None:
    """Small and large letters, and full and half width, are one brand and one colour."""
    one = found.setdefault(key, new)
    times, recent, kept, last = counted
    one.times, one.recent, one.kept = one.times + times, one.recent + recent, one.kept + kept
    one.last = max(one.last or last, last)


_KEYS: dict[str, Callable[[Preference], tuple[Hashable, int | None, str]]] = {
    Kind.PRODUCT: lambda note: (note.product_id, note.product_id, _name(note.product)),
    Kind.CATEGORY: lambda note: (note.category_id, note.category_id, _name(note.category)),
    Kind.BRAND: lambda note: (text.sort_key(note.words), None, note.words),
    Kind.COLOUR: lambda note: (text.sort_key(note.words), None, note.words),
}


def _name(record: Product | Category | None) -> str:
    return record.name if record else ""


def _add_notes(found: dict[str, dict[Hashable, Favourite]], notes: Iterable[Preference]) -> None:
    """What was noted stands among what was bought, and what was taken away does not, whatever they buy."""
    for note in notes:
        if note.kind == Kind.SIZE:
            continue
        key, record_id, words = _KEYS[note.kind](note)
        if note.is_liked:
            found[note.kind].setdefault(key, Favourite(note.kind, words, record_id)).noted = note
        else:
            found[note.kind].pop(key, None)


def _best(found: Iterable[Favourite], most: int) -> list[Favourite]:
    """What was noted first; then what was bought more than once, most often of late."""
    told = [one for one in found if one.noted or one.times >= OFTEN]
    told.sort(key=lambda one: (one.noted is None, -one.recent, -one.times, -(one.last.timestamp() if one.last else 0)))
    return told[:most]
