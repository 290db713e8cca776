"""Sizes and favourites of a customer, told of what they bought and kept; noted and taken away by hand."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kizuna.base.access import policy
from kizuna.base.resources.reader import Reader
from kizuna.base.ui.finding import may
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.orders.models import Preference
from kizuna.customers.orders.queries import Favourite, Size, Sizes, Tastes

Kind = Preference.Kind
WHOSE = ("contact", "company")
"""A household has what its members like."""
LABELS = {
    Kind.PRODUCT: gettext_lazy("Products"),
    Kind.CATEGORY: gettext_lazy("Categories"),
    Kind.BRAND: gettext_lazy("Brands"),
    Kind.COLOUR: gettext_lazy("Colours"),
}


def in_short(found: Tastes, shown: ShownRecord) -> list[dict[str, Any]]:
    """Two rows of a panel: the size in each category, and what they like beside products."""
    url, reader = f"{shown.url}/purchases", shown.reader
    sizes = [_in_category(one.best, one) for one in found.sizes if one.best]
    kinds = (Kind.BRAND, Kind.COLOUR, Kind.CATEGORY)
    likes = [one.words for kind in kinds for one in found.favourites[kind][:2]]
    rows = ((_("Sizes"), sizes), (_("Likes"), likes))
    return [{"name": name, "url": url, "detail": reader.listed(words)} for name, words in rows if words]


def _in_category(size: Size, of: Sizes) -> str:
    if not of.category:
        return size.words
    return _("%(size)s in %(category)s") % {"size": size.words, "category": of.category}


def told(found: Tastes, shown: ShownRecord) -> dict[str, Any]:
    """All of it, for the page of what they bought."""
    key, reader = shown.resource.key, shown.reader
    permissions = policy.permissions_of(shown.actor)
    can = (
        key in WHOSE
        and permissions.can("preference", "create")
        and may(shown.actor, shown.resource, shown.record, "update")
    )
    return {
        "sizes": [
            {
                "category": one.category or _("Without a category"),
                "rows": [_size(size, one, reader) for size in one.sizes],
            }
            for one in found.sizes
        ],
        "groups": [
            {"label": label, "items": [_favourite(one, reader) for one in found.favourites[kind]]}
            for kind, label in LABELS.items()
            if found.favourites[kind]
        ],
        "away": [_away(one) for one in found.taken_away],
        "post_url": f"{shown.url}/preferences" if can else "",
        "add_url": f"/customerpreferences/new?{key}={shown.record.pk}" if can else "",
    }


def _size(one: Size, of: Sizes, reader: Reader) -> dict[str, Any]:
    kept = ""
    if one.bought:
        numbers = {"kept": _number(one.kept, reader), "bought": _number(one.bought, reader)}
        kept = _("%(kept)s of %(bought)s kept") % numbers
    back = _("%(count)s came back") % {"count": _number(one.returned, reader)} if one.returned else ""
    return {
        "words": one.words,
        "kept": kept,
        "back": back,
        "last": reader.moment(one.last) if one.last else "",
        "fits": one.fits,
        "noted": _who(one.noted, reader),
        "note": {"kind": Kind.SIZE, "category": of.category_id or "", "words": one.words},
        "is_noted": bool(one.noted and one.noted.is_liked),
    }


def _favourite(one: Favourite, reader: Reader) -> dict[str, Any]:
    often = ngettext("bought once", "bought %(count)s times", one.times) % {"count": one.times}
    kinds = {Kind.PRODUCT: "product", Kind.CATEGORY: "category"}
    urls = {Kind.PRODUCT: "/products/", Kind.CATEGORY: "/categories/"}
    kind = Kind(one.kind)
    return {
        "words": one.words,
        "url": f"{urls[kind]}{one.record_id}" if kind in urls else "",
        "detail": reader.listed(filter(None, (often if one.times else "", _who(one.noted, reader)))),
        "is_noted": one.noted is not None,
        "note": {"kind": kind, kinds.get(kind, "words"): one.record_id or one.words},
    }


def _away(one: Preference) -> dict[str, Any]:
    note = {"kind": one.kind, "product": one.product_id or "", "category": one.category_id or "", "words": one.words}
    return {"words": one.called, "detail": one.get_kind_display(), "note": note}


def _who(noted: Preference | None, reader: Reader) -> str:
    if noted is None or not noted.is_liked:
        return ""
    return _("noted by %(who)s") % {"who": noted.updated_by.name if noted.updated_by else "Kizuna"}


def _number(value: Any, reader: Reader) -> str:
    return str(reader.number(value.normalize()))
