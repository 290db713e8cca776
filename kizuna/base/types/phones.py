"""Phone numbers: stored and matched as E.164 (+819012345678), shown the way the reader dials them.

Most numbers take a fast path: the country's own patterns from libphonenumber, without its general parser. It accepts
a number only where the parser would accept it with the same result (a test compares them), and leaves all others to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unicodedata import normalize as unicode_normalize

import phonenumbers
from babel import Locale
from babel.core import get_global
from django.utils.functional import lazy
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberType, ValidationResult

from kizuna.base.types.errors import Malformed, fill

_DASHES = "-‐‑‒–—―−－ー﹣ｰ.·・/ \u3000\u00a0()（）[]"
_NOISE = str.maketrans(dict.fromkeys(_DASHES, "") | dict(zip("０１２３４５６７８９＋", "0123456789+", strict=True)))
_PLAIN_DASHES = str.maketrans("‐‑‒–—―−ー", "-" * 8)
_PLAIN = re.compile(r"\+?[0-9]{3,17}")
_EXTENSION = re.compile(r"\s*(?:内線|内|내선|ext(?:ension)?\b|x|#|;ext=)[\s.:]*[0-9]{1,7}\s*$", re.IGNORECASE)
_BETWEEN_NUMBERS = re.compile(r"[/,;、，\n]|または|또는|\bor\b")
_DESCRIPTIONS = (
    "mobile", "fixed_line", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
    "voicemail",
)  # fmt: skip
_UNREAL = {"KR": re.compile(r"10\d{7}")}  # in the tables, but every 010 number in Korea has eleven digits


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one country numbers its phones: patterns of the national number, by length."""

    code: str
    general: re.Pattern[str]
    patterns: tuple[tuple[frozenset[int], re.Pattern[str]], ...]
    trunk: re.Pattern[str] | None  # what is dialled before a national number: 0 in Japan
    transforms: bool
    abroad: re.Pattern[str] | None  # what is dialled before a country code: 010 in Japan
    unreal: re.Pattern[str] | None

    def fits(self, national: str) -> bool:
        """The number may exist: its length and first digits belong to some kind of number."""
        if not self.general.fullmatch(national) or (self.unreal and self.unreal.fullmatch(national)):
            return False
        length = len(national)
        for lengths, pattern in self.patterns:
            if (not lengths or length in lengths) and pattern.fullmatch(national):
                return True
        return False

    def without_trunk(self, digits: str) -> str | None:
        """The national number in `digits` as dialled inside the country; None where the parser must decide."""
        match = self.trunk.match(digits) if self.trunk else None
        if match is None:
            return digits
        groups = match.groups()
        if match[0] == "" or (self.transforms and groups and groups[-1] is not None):
            return None
        return digits[match.end() :]


@lru_cache(maxsize=256)
def _plan(region: str) -> _Plan | None:
    metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.general_desc is None:
        return None
    found = [getattr(metadata, name) for name in _DESCRIPTIONS]
    trunk, abroad = metadata.national_prefix_for_parsing, metadata.international_prefix
    return _Plan(
        code=str(metadata.country_code),
        general=re.compile(metadata.general_desc.national_number_pattern or ""),
        patterns=tuple(
            (frozenset(kind.possible_length), re.compile(kind.national_number_pattern))
            for kind in found
            if kind and kind.national_number_pattern
        ),
        trunk=re.compile(trunk) if trunk else None,
        transforms=bool(metadata.national_prefix_transform_rule),
        abroad=re.compile(abroad) if abroad else None,
        unreal=_UNREAL.get(region),
    )


_MAIN_REGION = {str(code): regions[0] for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if regions[0] != "001"}


def normalise(text: str, region: str) -> str:
    """The number in E.164, read as somebody in `region` (ISO country, "" if unknown) would dial it.

    An extension is left out. Raises Malformed (a ValueError) with a code: empty, letters, several, region, country,
    too_short, too_long, area_code, unused. A number written with + and its country code is refused only if it is
    surely wrong: so a range that opened yesterday can be stored, though it is not in the tables.
    """
    digits = text.translate(_NOISE)
    if _PLAIN.fullmatch(digits):
        found = _quick(digits, region)
        if found:
            return found
    return _thorough(text, region)


def _quick(digits: str, region: str) -> str | None:
    if digits[0] == "+":
        for length in (2, 3, 1):
            plan = _plan(_MAIN_REGION.get(digits[1 : 1 + length], ""))
            if plan:
                abroad = digits[1 + length :]
                sure = not (plan.trunk and plan.trunk.match(abroad)) and plan.fits(abroad)
                return digits if sure else None
        return None
    plan = _plan(region)
    if plan is None or digits.startswith(plan.code) or (plan.abroad and plan.abroad.match(digits)):
        return None
    national = plan.without_trunk(digits)
    return f"+{plan.code}{national}" if national and plan.fits(national) else None


def _thorough(text: str, region: str) -> str:
    text = unicode_normalize("NFKC", text).strip().removeprefix("tel:")
    text = _EXTENSION.sub("", text).translate(_PLAIN_DASHES)
    _check_shape(text, region)
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException as error:
        raise _unparsed(error) from error
    if not _is_real(number):
        _explain(number, has_code="+" in text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_real(number: Any) -> bool:
    unreal = _UNREAL.get(phonenumbers.region_code_for_country_code(number.country_code))
    return phonenumbers.is_valid_number(number) and not (unreal and unreal.fullmatch(str(number.national_number)))


def _check_shape(text: str, region: str) -> None:
    """Raises Malformed for what cannot be one number, before the parser makes the best of it."""
    digits = [letter for letter in text if letter.isdigit()]
    if not text:
        raise Malformed("empty", _("Enter a phone number."))
    if not digits or (len(digits) < 3 and not any(letter.isalpha() for letter in text)):
        raise Malformed("letters", _("There is no phone number in this text."))
    parts = [part for part in _BETWEEN_NUMBERS.split(text) if sum(map(str.isdigit, part)) >= 7]
    if len(parts) > 1:
        raise Malformed("several", _("These are several phone numbers. Enter each one on its own."))
    if "+" not in text and _plan(region) is None:
        raise Malformed("region", _("Start with + and the country code, as in +81 3 1234 5678."))


def _unparsed(error: phonenumbers.NumberParseException) -> Malformed:
    kinds = phonenumbers.NumberParseException
    if error.error_type == kinds.INVALID_COUNTRY_CODE:
        return Malformed("country", _("No country has this code after the +."))
    if error.error_type == kinds.TOO_LONG:
        return Malformed("too_long", _("A phone number has at most 15 digits."))
    if error.error_type in (kinds.TOO_SHORT_NSN, kinds.TOO_SHORT_AFTER_IDD):
        return Malformed("too_short", _("This is too short for a phone number."))
    return Malformed("letters", _("There is no phone number in this text."))


# What is wrong with a number --------------------------------------------------------------------------------------

_SHORT = ngettext_lazy("One digit short for %(kind)s.", "%(count)d digits short for %(kind)s.", "count")
_LONG = ngettext_lazy("One digit too many for %(kind)s.", "%(count)d digits too many for %(kind)s.", "count")
_KINDS_AT_HOME = {
    ("JP", PhoneNumberType.MOBILE): _("a Japanese mobile number"),
    ("JP", PhoneNumberType.FIXED_LINE): _("a Japanese landline number"),
    ("JP", PhoneNumberType.TOLL_FREE): _("a Japanese freephone number"),
    ("KR", PhoneNumberType.MOBILE): _("a Korean mobile number"),
    ("KR", PhoneNumberType.FIXED_LINE): _("a Korean landline number"),
}
_KINDS = {
    PhoneNumberType.MOBILE: _("a mobile number (%(country)s)"),
    PhoneNumberType.FIXED_LINE: _("a landline number (%(country)s)"),
    PhoneNumberType.TOLL_FREE: _("a freephone number (%(country)s)"),
}
_SOME_KIND = _("a phone number (%(country)s)")


def _country_name(region: str) -> str:
    locale = Locale.parse((get_language() or "en").replace("-", "_"))
    return locale.territories.get(region, region)


_country = lazy(_country_name, str)


def _explain(number: Any, *, has_code: bool) -> None:
    """Raises Malformed with the likeliest mistake; returns if the number may exist all the same."""
    home = phonenumbers.region_code_for_country_code(number.country_code)
    national = phonenumbers.national_significant_number(number)
    country = _country(home)
    plan = _plan(home)
    bare = plan.without_trunk(national) if plan else None  # the parser leaves the 0 on a number it finds too short
    slip = _slip(number.country_code, bare or national)
    if slip:
        change, kind = slip
        noun = _KINDS_AT_HOME.get((home, kind)) or fill(_KINDS.get(kind, _SOME_KIND), {"country": country})
        message = _SHORT if change > 0 else _LONG
        code = "too_short" if change > 0 else "too_long"
        raise Malformed(code, fill(message, {"count": abs(change), "kind": noun}))
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == ValidationResult.TOO_SHORT:
        raise Malformed("too_short", fill(_("Too short for a phone number (%(country)s)."), {"country": country}))
    if reason == ValidationResult.TOO_LONG:
        raise Malformed("too_long", fill(_("Too long for a phone number (%(country)s)."), {"country": country}))
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise Malformed("area_code", _("The area code is missing."))
    if reason != ValidationResult.IS_POSSIBLE or not has_code:
        hint = _("No phone number (%(country)s) looks like this. Check it, or start with + and a country code.")
        raise Malformed("unused", fill(hint, {"country": country}))


def _slip(code: int, national: str) -> tuple[int, int] | None:
    """(digits to add, or to take away if negative; kind of number then), if up to three make the number a valid one."""
    for count in (1, 2, 3):
        for change, tries in ((count, [national + digit * count for digit in "0258"]), (-count, [national[:-count]])):
            for attempt in filter(None, tries):
                kind = _kind(code, attempt)
                if kind is not None:
                    return change, kind
    return None


def _kind(code: int, national: str) -> int | None:
    zeros = len(national) - len(national.lstrip("0"))
    number = phonenumbers.PhoneNumber(
        country_code=code,
        national_number=int(national),
        italian_leading_zero=zeros > 0 or None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )
    return phonenumbers.number_type(number) if _is_real(number) else None


# Showing ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16_384)
def show(e164: str, region: str) -> str:
    """As somebody in `region` would write it: 090-1234-5678 at home, +81 90-1234-5678 abroad."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat
    known = at_home and phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, style.NATIONAL if known else style.INTERNATIONAL)


def region_of_number(e164: str) -> str:
    """The country of a number in E.164; "" for what is none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(e164, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


@lru_cache(maxsize=512)
def region_of(tag: str) -> str:
    """The country whose numbers to expect: "JP" for "ja", "ja-JP" or "JP"; "" if the tag says nothing.

    Capitals are a country, small letters a language: KR is South Korea, kr is Kanuri.
    """
    parts = tag.replace("_", "-").split("-")
    for part in parts if len(parts) > 1 or tag.isupper() else ():
        if len(part) == 2 and part.isupper() and part in phonenumbers.SUPPORTED_REGIONS:
            return part
    likely = get_global("likely_subtags").get(parts[0].lower(), "")
    region = likely.rpartition("_")[2]
    return region if region in phonenumbers.SUPPORTED_REGIONS else ""
