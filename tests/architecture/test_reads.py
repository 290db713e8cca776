"""Every way in starts at `visible_to(actor)`: what lies outside does not exist for whoever asks."""

import ast
from pathlib import Path

from tests.architecture.code import PRODUCT, modules, tree

WAYS_IN = ("views", "api", "interfaces")
STARTS = ("visible_to", "permitted")
ALLOWED = {
    "base/ui/views/records.py: User.objects.in_bulk",  # names of those who changed a record that is visible
    "base/ui/views/working.py: Job.objects.filter",  # the asker's own job
}
"""Reads that start elsewhere, and why. May only become fewer."""


def reads(module: ast.Module) -> list[str]:
    """ "Model.objects.method" for every read that does not start at `visible_to`."""
    found = []
    for node in ast.walk(module):
        match node:
            case ast.Attribute(value=ast.Attribute(attr="objects" | "_default_manager"), attr=start):
                found += [ast.unparse(node)] if start not in STARTS else []
    return found


def is_way_in(path: Path) -> bool:
    return any(part in WAYS_IN for part in path.relative_to(PRODUCT).with_suffix("").parts)


def test_ways_in_read_only_what_the_asker_may_see() -> None:
    found = {
        f"{path.relative_to(PRODUCT).as_posix()}: {read}"
        for path in modules()
        if is_way_in(path)
        for read in reads(tree(path))
        if not is_index(read)
    }
    assert found == ALLOWED, f"too many: {found - ALLOWED}; needed no more: {ALLOWED - found}"


def is_index(read: str) -> bool:
    """The index of keys holds no records; its readers filter it by the ids of visible ones."""
    return read.startswith("Key.objects.")


def test_the_detector_sees_a_read_of_everything() -> None:
    assert reads(ast.parse("Contact.objects.filter(pk=1)")) == ["Contact.objects.filter"]
    assert reads(ast.parse("Contact.objects.visible_to(actor).filter(pk=1)")) == []
