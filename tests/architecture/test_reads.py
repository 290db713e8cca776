"""Every way in starts at `visible_to(actor)`: what lies outside does not exist for whoever asks."""

import ast
from pathlib import Path

from tests.architecture.code import PRODUCT, modules, nodes, tree

WAYS_IN = ("views", "api", "interfaces")
STARTS = ("visible_to", "permitted")
SET_UP = {"User", "Team", "Role", "Token", "Grant", "FieldRule", "Job", "Key"}
"""Who works here, what they may do, and machinery: no records with an owner; their pages ask for the right itself."""

ALLOWED: set[str] = {
    "interfaces/api/representations.py: target.model.objects.all",  # only for those who may see all of them
}
"""Reads of records that start elsewhere ("base/ui/views/board.py: Task.objects.all"). May only become fewer."""


def reads(module: ast.Module) -> list[str]:
    """ "Model.objects.method" for every read of records that does not start at `visible_to` or `permitted`."""
    found: dict[int, ast.Attribute] = {}
    for node in nodes(module):
        match node:
            case ast.Attribute(value=ast.Attribute(attr="objects" | "_default_manager"), attr=start):
                if start not in STARTS:
                    found[id(node)] = node
    for node in nodes(module):
        match node:
            case ast.Attribute(
                value=ast.Call(func=ast.Attribute(attr="trashed") as trash), attr="visible_to" | "permitted"
            ):
                found.pop(id(trash), None)
    return [read for node in found.values() if (read := ast.unparse(node)).split(".")[0] not in SET_UP]


def is_way_in(path: Path) -> bool:
    return any(part in WAYS_IN for part in path.relative_to(PRODUCT).with_suffix("").parts)


def test_ways_in_read_only_what_the_asker_may_see() -> None:
    found = {
        f"{path.relative_to(PRODUCT).as_posix()}: {read}"
        for path in modules()
        if is_way_in(path)
        for read in reads(tree(path))
    }
    assert found == ALLOWED, f"too many: {found - ALLOWED}; needed no more: {ALLOWED - found}"


def test_the_detector_sees_a_read_of_everything() -> None:
    assert reads(ast.parse("Contact.objects.filter(pk=1)")) == ["Contact.objects.filter"]
    assert reads(ast.parse("Contact.objects.visible_to(actor).filter(pk=1)")) == []
    assert reads(ast.parse("Contact.objects.trashed()")) == ["Contact.objects.trashed"]
    assert reads(ast.parse("Contact.objects.trashed().permitted(actor, 'delete')")) == []
