"""Kinds of fields. A resource derives its fields from the model; these are the names for adding or replacing one."""

from kizuna.base.resources.fields.base import EMPTY, Cell, Field
from kizuna.base.resources.fields.lists import Choices, Points, Tags
from kizuna.base.resources.fields.moments import Day, Moment
from kizuna.base.resources.fields.names import FullName, Title
from kizuna.base.resources.fields.numbers import Flag, MoneyAmount, Number, Percent
from kizuna.base.resources.fields.phones import Phone
from kizuna.base.resources.fields.positions import MapPosition
from kizuna.base.resources.fields.questions import Condition, Question
from kizuna.base.resources.fields.registered import Registered
from kizuna.base.resources.fields.relations import Among, Related, Relation
from kizuna.base.resources.fields.text import Choice, Email, Link, LongText, Text
from kizuna.base.resources.fields.words import Brought, InWords

__all__ = [
    "EMPTY",
    "Among",
    "Brought",
    "Cell",
    "Choice",
    "Choices",
    "Condition",
    "Day",
    "Email",
    "Field",
    "Flag",
    "FullName",
    "InWords",
    "Link",
    "LongText",
    "MapPosition",
    "Moment",
    "MoneyAmount",
    "Number",
    "Percent",
    "Phone",
    "Points",
    "Question",
    "Registered",
    "Related",
    "Relation",
    "Tags",
    "Text",
    "Title",
]
