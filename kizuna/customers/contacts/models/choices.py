"""The fixed lists of answers about customers. Values are stored and never change; labels are shown."""

from __future__ import annotations

from typing import Any

from babel import Locale
from babel.core import get_global
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """How far somebody has come with us. The meaning is fixed, so that figures can rely on it."""

    SUBSCRIBER = "subscriber", _("Subscriber")
    LEAD = "lead", _("Lead")
    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer")
    REGULAR = "regular", _("Regular customer")
    LAPSED = "lapsed", _("Lapsed customer")
    FORMER = "former", _("Former customer")


class Source(models.TextChoices):
    """Where we first heard of each other."""

    WEB = "web", _("Website or web shop")
    STORE = "store", _("Store")
    PHONE = "phone", _("Telephone call")
    EMAIL = "email", _("E-mail")
    REFERRAL = "referral", _("Recommendation")
    EVENT = "event", _("Event or trade fair")
    SOCIAL = "social", _("Social media")
    CAMPAIGN = "campaign", _("Campaign")
    PARTNER = "partner", _("Partner")
    IMPORT = "import", _("Imported list")
    OTHER = "other", _("Somewhere else")


class Gender(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Another")
    NOT_STATED = "not_stated", _("Prefers not to say")


class Channel(models.TextChoices):
    """How somebody likes to hear from us."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    SMS = "sms", _("Text message")
    CHAT = "chat", _("Chat app")
    POST = "post", _("Post")
    IN_PERSON = "in_person", _("In person")


class FamilyStructure(models.TextChoices):
    SINGLE = "single", _("Lives alone")
    COUPLE = "couple", _("Couple")
    COUPLE_CHILDREN = "couple_children", _("Couple with children")
    SINGLE_PARENT = "single_parent", _("Single parent")
    EXTENDED = "extended", _("Several generations")
    SHARED = "shared", _("Shares a flat")
    OTHER = "other", _("Something else")


class IncomeBand(models.TextChoices):
    """Against the country's average, so that bands of different countries can be compared."""

    LOW = "low", _("Low")
    LOWER_MIDDLE = "lower_middle", _("Below average")
    MIDDLE = "middle", _("Average")
    UPPER_MIDDLE = "upper_middle", _("Above average")
    HIGH = "high", _("High")


class Frequency(models.TextChoices):
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Several times a year")
    YEARLY = "yearly", _("About once a year")
    RARELY = "rarely", _("Less often")


class Industry(models.TextChoices):
    HOSPITALITY = "hospitality", _("Hotels and inns")
    FOOD = "food", _("Restaurants and cafés")
    RETAIL = "retail", _("Retail")
    REAL_ESTATE = "real_estate", _("Real estate")
    CONSTRUCTION = "construction", _("Construction")
    DESIGN = "design", _("Architecture and interior design")
    SERVICES = "services", _("Professional services")
    TECHNOLOGY = "technology", _("Software and technology")
    MANUFACTURING = "manufacturing", _("Manufacturing")
    LOGISTICS = "logistics", _("Transport and logistics")
    HEALTH = "health", _("Health and care")
    EDUCATION = "education", _("Education and childcare")
    WELLNESS = "wellness", _("Beauty and leisure")
    MEDIA = "media", _("Media and publishing")
    FINANCE = "finance", _("Banking and insurance")
    PUBLIC = "public", _("Public sector")
    NONPROFIT = "nonprofit", _("Associations and charities")
    OTHER = "other", _("Other")


LANGUAGES = [
    "ar",
    "bg",
    "bn",
    "ca",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fr",
    "ga",
    "gl",
    "he",
    "hi",
    "hr",
    "hu",
    "id",
    "is",
    "it",
    "ja",
    "km",
    "ko",
    "lt",
    "lv",
    "mn",
    "ms",
    "my",
    "nb",
    "ne",
    "nl",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sq",
    "sr",
    "sv",
    "sw",
    "ta",
    "th",
    "tl",
    "tr",
    "uk",
    "ur",
    "vi",
    "zh",
    "zh-TW",
]
"""Language tags of people, for the language they speak with us and for the culture of their name."""


def _locale() -> Locale:
    return Locale.parse((get_language() or "en").replace("-", "_"))


def _country_name(code: str) -> str:
    return _locale().territories.get(code, code)


def _language_name(tag: str) -> str:
    return Locale.parse(tag.replace("-", "_")).get_display_name(_locale()) or tag


_country = lazy(_country_name, str)
_language = lazy(_language_name, str)


def country_choices() -> list[tuple[str, Any]]:
    """Every country by its ISO code, named in the reader's language."""
    known = Locale("en").territories
    return [(code, _country(code)) for code in sorted(get_global("territory_currencies")) if code in known]


def language_choices() -> list[tuple[str, Any]]:
    """The language tags, named in the reader's language."""
    return [(tag, _language(tag)) for tag in LANGUAGES]
