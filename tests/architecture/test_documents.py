"""What the documents say is what the code does."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kizuna.server.command import COMMANDS
from tests.architecture.code import PRODUCT, ROOT, modules, nodes, shown, tree

PAGE = ROOT / "docs" / "guide" / "settings.md"


def settings_read() -> dict[str, str]:
    """name -> default as written, of every `env.…("NAME", default)` in the settings."""
    found = {}
    for node in nodes(tree(PRODUCT / "server" / "settings.py")):
        if isinstance(node, ast.Call) and re.fullmatch(r"env\.\w+", ast.unparse(node.func)) and node.args:
            name = node.args[0]
            assert isinstance(name, ast.Constant), "a setting has a plain name"
            found[str(name.value)] = ast.unparse(node.args[1]) if len(node.args) > 1 else ""
    return found


def settings_documented() -> list[str]:
    """Names in the first column of the page's tables."""
    return re.findall(r"^\| `([A-Z_]+)`", PAGE.read_text(), re.MULTILINE)


def test_every_setting_is_on_the_page_and_the_page_invents_none() -> None:
    documented = settings_documented()
    assert sorted(documented) == sorted(settings_read())


def test_only_the_settings_module_reads_the_environment() -> None:
    for path in modules():
        if path in (PRODUCT / "server" / "settings.py", PRODUCT / "server" / "bench" / "everything.py"):
            continue  # the benchmark starts servers of its own, each with an environment of its own
        if not re.search(r"environ\b|getenv", path.read_text()):
            continue  # to write every call of every module anew takes long
        for node in nodes(tree(path)):
            text = ast.unparse(node) if isinstance(node, ast.Subscript | ast.Call) else ""
            reads = re.match(r"(os\.environ\[|os\.environ\.get\(|os\.getenv\()", text)
            assert not reads, f"{shown(path)} reads the environment itself: {text[:60]}"


@pytest.mark.early
def test_the_map_shows_the_building_as_it_is(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kizuna", "map", "--check"]  # the product's own settings, without test rooms
    environment = {"PYTHONPATH": str(ROOT), "KIZUNA_DATA_DIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_of_the_overview_exists() -> None:
    from django.core.management import get_commands

    assert set(COMMANDS) <= set(get_commands())


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *PRODUCT.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
            if not target.startswith(("http:", "https:", "mailto:")):
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_every_page_of_the_guide_is_found_from_the_readme() -> None:
    told = (ROOT / "README.md").read_text()
    for page in (ROOT / "docs" / "guide").glob("*.md"):
        assert f"(docs/guide/{page.name})" in told, f"README.md does not lead to {page.name}"


def test_the_guide_to_make_is_complete() -> None:
    makefile = (ROOT / "Makefile").read_text()
    goals = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert goals is not None
    assert sorted(goals[1].split()) == sorted(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))


def test_every_decision_has_a_number_of_its_own_and_says_it() -> None:
    numbers = []
    for path in sorted((ROOT / "docs" / "adr").glob("*.md")):
        number = re.match(r"# (\d+)\. ", path.read_text())
        assert number, f"{path.name} does not begin with its number"
        assert path.name.startswith(f"{int(number[1]):04}-"), path.name
        numbers.append(int(number[1]))
    assert numbers == list(range(1, len(numbers) + 1))
