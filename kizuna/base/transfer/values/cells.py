"""One cell of a column: blank, or a value of the field it goes into."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from babel.numbers import get_territory_currencies
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import fields
from kizuna.base.resources.fields import Field
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.formulas import bare
from kizuna.base.transfer.mapping import words
from kizuna.base.transfer.values.days import is_day, iso_day, iso_moment
from kizuna.base.transfer.values.options import Options
from kizuna.base.types import text
from kizuna.base.types.errors import Errors, Invalid, fill

NOTHING: Any = object()
"""What a blank cell says. Blank never overwrites."""

_KEPT = 20_000  # values remembered per column
_LONG = 60  # longer texts are rarely met twice
_OFFERED = 20  # choices named to somebody whose word is none of them
_UNSEEN: Any = object()
_SEVERAL = " ::: "  # Google's sign between several values in one cell

Understand = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cell cannot be used."""

    errors: Errors


class Cell:
    """Understands the cells of one column. What was met before costs one look-up: columns repeat themselves."""

    __slots__ = ("_known", "_understand")

    def __init__(self, understand: Understand) -> None:
        self._understand = understand
        self._known: dict[str, Any] = {}

    def __call__(self, raw: str) -> Any:
        """The value, or NOTHING. Raises Invalid."""
        found = self._known.get(raw, _UNSEEN)
        if found is _UNSEEN:
            found = self._meet(raw)
        if isinstance(found, Refusal):
            raise Invalid(found.errors)
        return found

    def _meet(self, raw: str) -> Any:
        typed = bare(raw.strip())
        try:
            found = self._understand(typed) if typed else NOTHING
        except Invalid as error:
            found = Refusal(error.errors)  # not the exception: it would keep everything alive that was near it
        if len(raw) <= _LONG:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[raw] = found
        return found


def cell_of(field: Field, resource: Resource, reader: Reader, options: Options) -> Cell:
    """How cells that go into a field are understood, for a reader and by the rules of the file."""
    dates = options.dates
    if isinstance(field, fields.Choice):
        return Cell(_choice(field, resource, reader))
    if isinstance(field, fields.Flag):
        return Cell(_flag(field, reader))
    if isinstance(field, fields.Day):
        return Cell(lambda typed: field.parse(iso_day(typed, dates), reader) if is_day(typed) else NOTHING)
    if isinstance(field, fields.Moment):
        return Cell(lambda typed: field.parse(iso_moment(typed, dates), reader) if is_day(typed) else NOTHING)
    if isinstance(field, fields.MoneyAmount):
        money = _money(field, reader, options.region)
        return Cell(lambda typed: money(plain_number(typed, options.numbers)))
    if isinstance(field, fields.Number):
        return Cell(lambda typed: field.parse(plain_number(typed, options.numbers), reader))
    if isinstance(field, fields.Tags):
        return Cell(lambda typed: field.parse(_tag_words(typed), reader))
    return Cell(lambda typed: field.parse(typed, reader))


def _choice(field: fields.Choice, resource: Resource, reader: Reader) -> Understand:
    """By the stored value, by the label in any language, and by the words the resource gives for it."""
    known: dict[str, Any] = {}
    for written, names in resource.import_names.items():
        name, sign, value = written.partition("=")
        if sign and name == field.name:
            known |= {text.fold(one): value for one in names}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            known |= {text.fold(str(label)): value for value, label in field.choices if str(label)}
    known |= {text.fold(str(value)): value for value, _label in field.choices if value not in ("", None)}
    labels = [label for value, label in field.choices if value not in ("", None)]

    def understand(typed: str) -> Any:
        if (key := text.fold(typed)) in known:
            return known[key]
        try:
            return field.parse(typed, reader)
        except Invalid as error:
            shown = reader.listed(labels[:_OFFERED]) + (" …" if len(labels) > _OFFERED else "")
            raise Invalid({"": [fill(_("Choose one of: %(choices)s."), {"choices": shown})]}) from error

    return understand


def _flag(field: fields.Flag, reader: Reader) -> Understand:
    known = {text.fold(word): answer for answer, names in words.FLAG_WORDS.items() for word in words.listed(names)}
    return lambda typed: known[key] if (key := text.fold(typed)) in known else field.parse(typed, reader)


def said_or_not(raw: str) -> bool:
    """Whether a cell says yes; nothing is no. Raises Invalid for what is neither."""
    typed = text.fold(bare(raw.strip()))
    if not typed:
        return False
    for answer, names in words.FLAG_WORDS.items():
        if typed in map(text.fold, words.listed(names)):
            return answer
    raise Invalid({"": [_("Say yes or no.")]})


def _tag_words(typed: str) -> Any:
    """Google marks groups of its own with a star; they are no tags of anybody."""
    if _SEVERAL in typed or typed.startswith("* "):
        return [word for word in typed.split(_SEVERAL) if not word.startswith("* ")]
    return typed


def pieces(typed: str) -> list[str]:
    """Several values in one cell, as address books write them."""
    if _SEVERAL in typed:
        return typed.split(_SEVERAL)
    if not _BETWEEN.search(typed):
        return [typed]
    return [part for piece in _BETWEEN.split(typed) if (part := piece.strip())]


_BETWEEN = re.compile(r"[;,、；，\n\r]+")


# Numbers ------------------------------------------------------------------------------------------------------------

NUMBER_FORMS = ("", "point", "comma")
_BY_COMMA = re.compile(r"-?[\d.]*\d,\d{1,2}(?:\s*(?:€|[A-Z]{3}))?")
_BY_POINT = re.compile(r"-?[\d,]*\d\.\d{1,2}(?:\s*(?:[$€£]|[A-Z]{3}))?")


def plain_number(typed: str, form: str) -> str:
    """A number without what stands between its thousands, and with a point before its decimals."""
    if form == "comma":
        return typed.replace(".", "").replace("'", "").replace("’", "").replace(",", ".")
    return typed.replace(",", "").replace("'", "").replace("’", "") if form == "point" else typed


def number_form(values: list[str]) -> str:
    """How these numbers are written; "" where none of them tells."""
    for value in values:
        if _BY_COMMA.fullmatch(value.strip()):
            return "comma"
        if _BY_POINT.fullmatch(value.strip()):
            return "point"
    return ""


# Money --------------------------------------------------------------------------------------------------------------

_SIGNS = {"円": "JPY", "₩": "KRW", "원": "KRW", "€": "EUR", "£": "GBP"}
_AMOUNT = re.compile(r"-?[\d.,\s'’]+")


def in_currency(amount: str, currency: str) -> str:
    """An amount with the currency that another column tells, unless it says its own: "1,200" and "jpy" is "1,200 JPY".
    "$1,200" does not say whose dollars."""
    if not amount.strip() or not currency.strip() or re.search(r"[円₩원€£]|[A-Za-z]{3}", amount):
        return amount
    code = currency.strip()
    return f"{re.sub('[¥￥$]', '', amount).strip()} {_SIGNS.get(code, code)}"


def _money(field: fields.MoneyAmount, reader: Reader, region: str) -> Understand:
    """ "1200 JPY", "¥1,200" and "1200": without a currency the one of the country."""
    usual = (get_territory_currencies(region) or [""])[0] if region else ""

    def understand(typed: str) -> Any:
        currency = next((code for sign, code in _SIGNS.items() if sign in typed), "")
        if not currency and re.search(r"[¥￥$]", typed):
            currency = usual
        amount = re.sub(r"[¥￥$€£₩円원]", "", typed).strip()
        if (currency or usual) and _AMOUNT.fullmatch(amount):
            return field.parse({"amount": amount, "currency": currency or usual}, reader)
        return field.parse(typed, reader)

    return understand
