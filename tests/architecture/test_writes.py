"""Every write that has a meaning is in a service, so that permission, history and events cannot be forgotten."""

import ast
from pathlib import Path

from tests.architecture.code import PRODUCT, modules, nodes, shown, tree

WRITERS = ("services", "demo", "management")
"""Modules of these names write, in every room: verbs, sample data, commands that set up."""

PLATFORM: set[str] = {
    "base/records",
    "base/jobs",
    "base/events",
    "base/search",
    "base/testing",
}
"""The rooms that are the writing machinery itself. May only become fewer."""

FILES: set[str] = {
    "base/identity/models/tokens.py",  # Token.issue and the moment of last use
    "base/identity/models/users.py",  # the user manager that Django's own commands call
}
"""Modules that write although their place says otherwise, and why. May only become fewer."""

BULK = {"bulk_create", "bulk_update", "update_or_create", "get_or_create"}
VERBS = BULK | {"save", "create", "update", "delete"}


def may_write(path: Path) -> bool:
    if path.relative_to(PRODUCT).as_posix() in FILES:
        return True
    parts = path.relative_to(PRODUCT).with_suffix("").parts
    return "/".join(parts[:2]) in PLATFORM or any(part in WRITERS for part in parts)


def writes(module: ast.Module) -> list[ast.Call]:
    """Calls that look like a write to the database through the ORM."""
    return [node for node in nodes(module) if isinstance(node, ast.Call) and is_write(node)]


def is_write(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in VERBS:
        return False
    verb, receiver = call.func.attr, ast.unparse(call.func.value)
    keywords_only = bool(call.keywords) and not call.args
    match verb:
        case "save":
            return "form" not in receiver
        case "create" | "update":
            is_service = receiver.split(".")[-1] in ("records", "services")
            return keywords_only and not is_service and "context" not in receiver
        case "delete":
            return not call.args and not call.keywords
    return verb in BULK


def test_only_services_write() -> None:
    found = [
        f"{shown(path)}:{call.lineno}: {ast.unparse(call)[:80]}"
        for path in modules()
        if not may_write(path)
        for call in writes(tree(path))
    ]
    assert not found, "\n".join(found)


def test_the_exceptions_are_still_needed() -> None:
    for name in FILES:
        assert writes(tree(PRODUCT / name)), f"{name} writes nothing any more: take it off the list"


def test_the_detector_sees_writes_and_leaves_dictionaries_alone() -> None:
    seen = ast.parse("a.save(); M.objects.create(x=1); q.update(x=1); q.all().delete(); M.objects.bulk_create(l)")
    left = ast.parse("d.update(e); records.update(actor=a, record=r); h.update(b); form.save(); cache.delete('k')")
    assert len(writes(seen)) == 5
    assert not writes(left)
