"""Trees as text and as data: reading `filter=`, writing it back, joining trees and taking parts out."""

import json
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.conditions.errors import InvalidCondition, quoted
from kizuna.base.types.numbers import whole

MAX_TEXT_BYTES = 20_000


def parse(text: str | None) -> Any:
    """The tree written in a `filter=` parameter. Nothing, or only spaces, is the condition that everything meets.

    The tree is plain JSON data and not checked against any resource yet.
    Raises InvalidCondition for text that is too long or is not JSON, for a key given twice, and for NaN and Infinity.
    """
    if text is None or not text.strip():
        return {}
    if len(text) > MAX_TEXT_BYTES or len(text.encode("utf-8", "replace")) > MAX_TEXT_BYTES:
        raise InvalidCondition(
            "", _("The filter is too long: at most %(limit)d kB.") % {"limit": MAX_TEXT_BYTES // 1000}
        )
    try:
        tree = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        json.dumps(tree, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise InvalidCondition(
            "", _("The filter is not valid JSON: look at line %(line)d, column %(column)d.") % place
        ) from None
    except RecursionError:
        raise InvalidCondition("", _("The filter is nested too deeply.")) from None
    except UnicodeEncodeError:
        raise InvalidCondition("", _("The filter holds half of a character (a lone surrogate).")) from None
    except ValueError:
        raise InvalidCondition("", _("The filter holds a number that is too long.")) from None
    return tree


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InvalidCondition("", _("The filter gives “%(key)s” twice in one place.") % {"key": quoted(key)})
        found[key] = value
    return found


def _refuse_constant(name: str) -> Any:
    raise InvalidCondition("", _("The filter holds %(name)s, which is not a number.") % {"name": name})


def dump(tree: Any) -> str:
    """The tree as compact JSON, ready for an address or an API call; "" for the condition that everything meets."""
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")) if tree else ""


def combine(*trees: Any) -> Any:
    """A tree that holds where all of the given ones do. Empty ones fall out; groups of AND are laid side by side."""
    parts: list[Any] = []
    for tree in trees:
        if isinstance(tree, dict) and set(tree) == {"all"} and isinstance(tree["all"], list):
            parts.extend(tree["all"])
        elif tree:
            parts.append(tree)
    if len(parts) == 1:
        return parts[0]
    return {"all": parts} if parts else {}


_OF_A_VALUE = {"is_not_empty", "is", "any_of"}


def demands(tree: Any, field: str) -> bool:
    """Whether only records with a value of `field` satisfy the tree, as far as it says so without being compiled."""
    if not isinstance(tree, dict):
        return False
    if isinstance(tree.get("all"), list):
        return any(demands(part, field) for part in tree["all"])
    return tree.get("field") == field and tree.get("op") in _OF_A_VALUE


def without(tree: Any, pointer: str) -> Any:
    """The tree with the part at `pointer` (from a chip) taken out; a group left with nothing goes too.

    The given tree stays as it is. A pointer that leads nowhere changes nothing.
    """
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    rest = _taken_out(tree, steps)
    return {} if rest is None else rest


def _taken_out(tree: Any, steps: list[str]) -> Any:
    """The rest of the tree; None when nothing is left of it."""
    if not steps:
        return None
    step, further = steps[0], steps[1:]
    if isinstance(tree, dict) and step in tree:
        rest = _taken_out(tree[step], further)
        return None if rest is None else {**tree, step: rest}
    index = whole(step)
    if isinstance(tree, list) and index is not None and index < len(tree):
        rest = _taken_out(tree[index], further)
        kept = [*tree[:index], *([] if rest is None else [rest]), *tree[index + 1 :]]
        return kept or None
    return tree
