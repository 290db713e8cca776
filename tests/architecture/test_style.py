"""How code is written here: HTML in templates, truth in models, no magic behind the back, nothing unfinished."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.code import modules, nodes, shown, tree, written_files

TAGS = "div|span|a|p|b|i|em|strong|ul|li|td|tr|table|button|input|form|svg|img|br|label|select|option"
HTML = re.compile(rf"</?({TAGS})[\s>/]")
HTMX = re.compile(r"""\bhx-[a-z]+\s*=""")
HTML_IN_PYTHON: set[str] = set()
"""Modules that may write HTML. May only become fewer."""

UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
AFTER_MIGRATE = "django.db.models.signals.post_migrate"
"""Django's only way to make built-in rows after the tables exist (and again after a test emptied them)."""
SIGNALS = ("django.db.models.signals", "django.dispatch", "django.core.signals", "django.contrib.auth.signals")


def strings(module: ast.Module) -> list[tuple[int, str]]:
    """(line, text) of every string that is not a docstring."""
    documentation = {
        id(node.value) for node in nodes(module) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, node.value)
        for node in nodes(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]


def test_html_lives_in_templates() -> None:
    found = {
        f"{shown(path)}:{line}"
        for path in modules()
        for line, text in strings(tree(path))
        if (HTML.search(text) or HTMX.search(text)) and shown(path) not in HTML_IN_PYTHON
    }
    assert not found


def test_models_do_not_override_save_or_delete() -> None:
    for path in modules():
        for node in nodes(tree(path)):
            if not isinstance(node, ast.ClassDef) or "forms" in path.parts or path.stem == "forms":
                continue
            own = {item.name for item in node.body if isinstance(item, ast.FunctionDef)} & {"save", "delete"}
            assert not own or "Model" not in ancestry(node), f"{shown(path)}: {node.name} overrides {own}"


def ancestry(node: ast.ClassDef) -> str:
    return " ".join(ast.unparse(base) for base in node.bases).replace("Record", "Model").replace("Abstract", "Model")


def test_nothing_listens_to_signals() -> None:
    for path in modules():
        for node in nodes(tree(path)):
            names = []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            if path.name == "apps.py":
                names = [name for name in names if name != AFTER_MIGRATE]
            assert not [name for name in names if name.startswith(SIGNALS)], f"{shown(path)} uses signals"


@pytest.mark.parametrize("suffix", [".py", ".html", ".js", ".mjs", ".css", ".md", ".toml"])
def test_nothing_is_left_unfinished(suffix: str) -> None:
    for path in written_files(suffix):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert not UNFINISHED.search(line), f"{shown(path)}:{number}: {line.strip()}"


MACHINE = re.compile(r"(^|[\s\"'=(])/(work|root|home/\w+|Users/\w+)/")


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    for path in written_files(".py", ".html", ".js", ".mjs", ".css", ".md", ".toml", ".json", ".txt"):
        assert not MACHINE.search(path.read_text()), f"{shown(path)} names a folder of one machine"


SENTENCE = re.compile(r"{% (blocktrans|trans)\b.*?%}(.*?{% endblocktrans %})?")
CONTEXT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)


def test_templates_are_laid_out_to_be_read() -> None:
    """A line break means nothing in them (ADR 52), so nothing but a sentence to translate needs a long line."""
    for path in templates():
        if "samples" in path.parts:
            continue  # read by Django's own loader
        written = CONTEXT.sub(lambda found: "\n" * found[0].count("\n"), path.read_text())
        for number, line in enumerate(written.splitlines(), 1):
            assert len(SENTENCE.sub("", line)) <= 160, f"{shown(path)}:{number} has {len(line)} characters"


def test_templates_have_no_script_or_style_in_them() -> None:
    script = r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")"
    inline = re.compile(rf"<style|\sstyle=|{script}|\son[a-z]+=|javascript:", re.IGNORECASE)
    for path in templates():
        assert not inline.search(path.read_text()), f"{shown(path)}: the content security policy forbids it"


def templates() -> list[Path]:
    return [path for path in written_files(".html") if "templates" in path.parts]
