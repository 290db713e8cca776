"""Plain values: what an event may carry, to JSON and back without loss.

A field's annotation says how it is stored. Allowed are int, str, bool, Decimal (as a string), date and datetime
(ISO, moments in UTC), None, lists, tuples and dicts of these, and `Any` for values that JSON itself can hold.
"""

import types
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin


class NotPlain(TypeError):
    """A value that an event cannot carry: the log must be readable by anyone, anywhere, for years."""


class Codec(NamedTuple):
    """How values of one annotation are stored. Both functions raise NotPlain for what does not fit."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def codec(hint: Any) -> Codec:
    """The codec for an annotation. Raises NotPlain for one that has no lossless JSON form."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    outer, inner = get_origin(hint) or hint, get_args(hint)
    if outer in (Union, types.UnionType):
        return _union(inner)
    if outer is Literal:
        return _literal(inner)
    if outer is list:
        return _list(codec(inner[0] if inner else Any))
    if outer is tuple:
        return _tuple(inner)
    if outer is dict:
        return _dict(inner)
    raise NotPlain(f"{hint!r} cannot be stored in an event; use ids and plain values.")


def to_json(value: Any) -> Any:
    """A value as JSON holds it, by what it is: Decimal and dates become strings, tuples become lists.

    For the before and after of a change, which are read by people and not turned back; so finite floats stay as they
    are. Raises NotPlain.
    """
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {_string(key): to_json(item) for key, item in value.items()}
    if isinstance(value, float) and isfinite(value):
        return value
    return _json(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _misfit(value, "an integer")
    return int(value)


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _misfit(value, "true or false")
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise _misfit(value, "a string")
    text = str.__str__(value)
    if "\x00" in text or not _is_encodable(text):
        raise NotPlain("A string with a NUL or half a character cannot be stored; clean it first.")
    return text


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _decimal(value: Any) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise _misfit(value, "a finite Decimal")
    return str(value)


def _day(value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _misfit(value, "a date")
    return value.isoformat()


def _moment(value: Any) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _misfit(value, "a datetime with a time zone")
    return value.astimezone(UTC).isoformat()


def _nothing(value: Any) -> None:
    if value is not None:
        raise _misfit(value, "None")


def _json(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {_string(key): _json(item) for key, item in value.items()}
    raise _misfit(value, "a value that JSON can hold")


def _read(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    def read(raw: Any) -> Any:
        if not isinstance(raw, str):
            raise _misfit(raw, "a string")
        try:
            return parse(raw)
        except (ValueError, ArithmeticError) as error:
            raise NotPlain(f"{raw!r} cannot be read.") from error

    return read


_SCALARS: dict[Any, Codec] = {
    int: Codec(_whole, _whole),
    bool: Codec(_bool, _bool),
    str: Codec(_string, _string),
    Decimal: Codec(_decimal, _read(Decimal)),
    date: Codec(_day, _read(date.fromisoformat)),
    datetime: Codec(_moment, _read(datetime.fromisoformat)),
    None: Codec(_nothing, _nothing),
    type(None): Codec(_nothing, _nothing),
    Any: Codec(_json, _json),
}
_WRITTEN_AS_STRING = {str, Decimal, date, datetime}


def _list(item: Codec) -> Codec:
    def encode(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise _misfit(value, "a list")
        return _each(item.encode, value)

    return Codec(encode, lambda raw: _each(item.decode, raw))


def _tuple(inner: tuple[Any, ...]) -> Codec:
    if (len(inner) == 2 and inner[1] is Ellipsis) or not inner:
        item = codec(inner[0] if inner else Any)

        def encode(value: Any) -> list[Any]:
            if not isinstance(value, tuple):
                raise _misfit(value, "a tuple")
            return _each(item.encode, value)

        return Codec(encode, lambda raw: tuple(_each(item.decode, raw)))
    items = [codec(hint) for hint in inner]

    def encode_fixed(value: Any) -> list[Any]:
        if not isinstance(value, tuple) or len(value) != len(items):
            raise _misfit(value, f"a tuple of {len(items)}")
        return [one.encode(part) for one, part in zip(items, value, strict=True)]

    def decode_fixed(raw: Any) -> tuple[Any, ...]:
        if not isinstance(raw, list) or len(raw) != len(items):
            raise _misfit(raw, f"a list of {len(items)}")
        return tuple(one.decode(part) for one, part in zip(items, raw, strict=True))

    return Codec(encode_fixed, decode_fixed)


def _each(convert: Callable[[Any], Any], values: Any) -> list[Any]:
    if not isinstance(values, list | tuple):
        raise _misfit(values, "a list")
    if convert is _whole and all(type(value) is int for value in values):
        return list(values)
    return [convert(value) for value in values]


def _dict(inner: tuple[Any, ...]) -> Codec:
    key, item = inner or (str, Any)
    if key is not str:
        raise NotPlain("The keys of a dict in an event are strings.")
    one = codec(item)

    def through(convert: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
        def every(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise _misfit(value, "a dict")
            return {_string(name): convert(part) for name, part in value.items()}

        return every

    return Codec(through(one.encode), through(one.decode))


def _literal(choices: tuple[Any, ...]) -> Codec:
    for choice in choices:
        _json(choice)

    def check(value: Any) -> Any:
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            raise _misfit(value, f"one of {choices}")
        return value

    return Codec(check, check)


def _union(members: tuple[Any, ...]) -> Codec:
    if len(_WRITTEN_AS_STRING.intersection(members)) > 1:
        raise NotPlain(f"{members!r} would all be stored as strings; nobody could tell them apart afterwards.")
    codecs = [codec(member) for member in members]

    def first(step: int) -> Callable[[Any], Any]:
        def convert(value: Any) -> Any:
            for one in codecs:
                try:
                    return one[step](value)
                except NotPlain:
                    continue
            raise _misfit(value, f"one of {members}")

        return convert

    return Codec(first(0), first(1))


def _misfit(value: Any, wanted: str) -> NotPlain:
    return NotPlain(f"{wanted} was expected, not {type(value).__name__}: an event carries ids and plain values.")
