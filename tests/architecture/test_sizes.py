"""Small: a file is read in one sitting, a function on one screen. The exceptions may only become fewer."""

import ast
from pathlib import Path

from tests.architecture.code import modules, nodes, shown, tree, written_files

FILE_LINES = 400
FUNCTION_LINES = 40
ISLAND_LINES = 200

GENERATED = {"docs/map.md"}  # a page of the whole building is as long as the building is high
LARGE_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_files_have_at_most_400_lines() -> None:
    large = {shown(path): lines(path) for path in written_files(".py", ".html", ".js", ".mjs", ".css", ".md")}
    large = {name: count for name, count in large.items() if count > FILE_LINES and "/migrations/" not in name}
    large = {name: count for name, count in large.items() if name not in GENERATED}
    assert set(large) == LARGE_FILES, {name: large.get(name) for name in set(large) ^ LARGE_FILES}


def test_functions_have_at_most_40_lines() -> None:
    long = {}
    for path in modules(tests=True):
        for node in nodes(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION_LINES:
                    long[f"{shown(path)}:{node.name}"] = length
    assert set(long) == LONG_FUNCTIONS, {name: long.get(name) for name in set(long) ^ LONG_FUNCTIONS}


def test_islands_have_at_most_200_lines() -> None:
    large = {shown(path): lines(path) for path in written_files(".js") if "frontend" in path.parts}
    assert not {name: count for name, count in large.items() if count > ISLAND_LINES}
