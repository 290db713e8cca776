"""What a job may carry: plain JSON, checked when it is enqueued and not when it is too late."""

import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any


class NotPlain(TypeError):
    """A value in a job's arguments or result is not JSON."""


def plain(value: Any, *, where: str) -> Any:
    """A copy of `value` in JSON types only (tuples become lists). `where` names the value in the error.

    Refuses what one of the databases cannot keep: NaN and infinity, NUL characters and half surrogates.
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return _storable(value, where=where)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NotPlain(f"{where} is {value}; JSON has no such number.")
        return value
    if isinstance(value, Mapping):
        return {_key(key, where=where): plain(item, where=f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, where=f"{where}[{index}]") for index, item in enumerate(value)]
    raise NotPlain(
        f"{where} is a {type(value).__name__}; jobs carry JSON only "
        "(text, numbers, true, false, null, lists and objects). Pass an id or a text form instead."
    )


def bind(function: Callable, args: tuple, kwargs: dict[str, Any], *, takes_context: bool) -> dict[str, Any]:
    """The call as `{parameter: plain value}`; TypeError when it does not fit the signature of `function`."""
    signature = inspect.signature(function)
    if takes_context:
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    name = f"{function.__module__}.{function.__qualname__}"
    try:
        bound = signature.bind(*args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from None
    for parameter in signature.parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            bound.update(bound.pop(parameter.name, {}))
    return {key: plain(value, where=f"Argument {key!r} of {name}") for key, value in bound.items()}


def check_signature(function: Callable) -> None:
    """Every parameter of a task has a name, since its arguments are kept by name; TypeError otherwise."""
    unnamed = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in unnamed:
            raise TypeError(f"{function.__qualname__}: the parameter {parameter} of a task must be named.")


def _key(key: Any, *, where: str) -> str:
    if not isinstance(key, str):
        raise NotPlain(f"{where} has the key {key!r}; keys of JSON objects are text.")
    return _storable(key, where=where)


def _storable(text: str, *, where: str) -> str:
    if "\0" in text:
        raise NotPlain(f"{where} contains a NUL character, which PostgreSQL cannot keep.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotPlain(f"{where} contains half a surrogate pair, which is not text.") from None
    return text
