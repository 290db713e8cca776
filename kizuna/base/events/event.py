"""The base of every event: a name that stays, and data that goes to JSON and back."""

import copy
import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self, get_type_hints

from kizuna.base.events.plain import Codec, NotPlain, codec

_known: dict[str, type["Event"]] = {}
_compiled: dict[type["Event"], dict[str, Codec]] = {}


class Event:
    """Something that happened. Subclasses are frozen, keyword-only dataclasses named in the past tense.

        @dataclass(frozen=True, kw_only=True)
        class ContactMerged(Event):
            contact_id: int

    The stable name is "<room>.<ClassName>", from the module. A class that moves or is renamed keeps its old name with
    `class Joined(Event, name="contacts.ContactMerged")`: the log is never rewritten.

    `phrase` is what histories say of it, a sentence about `%(who)s`; without one they name the fields that changed.
    `done_by` is a kind of record and the field with its id, where that did it and no user of Kizuna: histories say
    `phrase_of` about it to whoever sees it, and `phrase`, which names nobody, to others. Any other event may
    say another sentence for what it holds, by `phrase_of`.
    `event_id` is the row in the log and `occurred_at` its moment; both are None before the event is published.
    """

    event_name: ClassVar[str]
    phrase: ClassVar[Any] = ""
    done_by: ClassVar[tuple[str, str] | None] = None
    event_id: int | None
    occurred_at: datetime | None

    def __init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.event_name = name or cls.__dict__.get("event_name") or f"{room_of(cls.__module__)}.{cls.__name__}"
        other = _known.get(cls.event_name)
        if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"Two events are named {cls.event_name}: {_where(other)} and {_where(cls)}.")
        _known[cls.event_name] = cls

    @staticmethod
    def named(name: str) -> "type[Event] | None":
        """The event class with this name; None when its room is no longer installed."""
        return _known.get(name)

    @classmethod
    def phrase_of(cls, data: Mapping[str, Any]) -> Any:
        """What histories say of one of them, by its fields in JSON."""
        return cls.phrase

    @staticmethod
    def known() -> "dict[str, type[Event]]":
        """Every event class of the rooms loaded so far, by name."""
        return dict(_known)

    def to_data(self) -> dict[str, Any]:
        """The fields as JSON. Raises NotPlain, with the field's name, for a value that does not fit its annotation."""
        data = {}
        for field, one in _codecs(type(self)).items():
            try:
                data[field] = one.encode(getattr(self, field))
            except NotPlain as error:
                raise NotPlain(f"{self.event_name}.{field}: {error}") from error
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """The event as it was published. Fields added since then need a default; fields since dropped are ignored."""
        codecs = _codecs(cls)
        return cls(**{field: codecs[field].decode(raw) for field, raw in data.items() if field in codecs})

    def stamped(self, *, event_id: int, occurred_at: datetime) -> Self:
        """A copy that knows its place in the log; this is what handlers get."""
        marked = copy.copy(self)
        object.__setattr__(marked, "event_id", event_id)
        object.__setattr__(marked, "occurred_at", occurred_at)
        return marked


Event.event_id = None
Event.occurred_at = None


def room_of(module: str) -> str:
    """The room a module belongs to: "kizuna.customers.contacts.events" is in "contacts"."""
    parts = module.split(".")
    for marker in ("tests", "events"):
        if marker in parts[1:]:
            place = parts.index(marker, 1) if marker == "tests" else len(parts) - 1 - parts[::-1].index(marker)
            return parts[place - 1]
    return parts[-2] if len(parts) > 1 else parts[0]


def _where(cls: type[Event]) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _codecs(cls: type[Event]) -> dict[str, Codec]:
    if cls not in _compiled:
        _compiled[cls] = _compile(cls)
    return _compiled[cls]


def _compile(cls: type[Event]) -> dict[str, Codec]:
    if "__dataclass_fields__" not in cls.__dict__:
        raise NotPlain(f"{_where(cls)} is not a dataclass: write @dataclass(frozen=True, kw_only=True) above it.")
    hints = get_type_hints(cls)
    codecs = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # it is one, as was just seen
        try:
            codecs[field.name] = codec(hints[field.name])
        except NotPlain as error:
            raise NotPlain(f"{cls.event_name}.{field.name}: {error}") from error
    return codecs
