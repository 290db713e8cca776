"""Every word on every screen can be read in Japanese and Korean."""

import re
from pathlib import Path
from typing import Any

import messages
import pytest

from kizuna.base.resources import registry
from tests.architecture.code import shown, written_files

NOT_TEXT = re.compile(
    r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}|<!--.*?-->|<(script|style|svg)\b.*?</\1>"
    r"|\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}|\{%.*?%\}|\{\{.*?\}\}|&\w+;|&#\w+;",
    re.DOTALL,
)
TAG = re.compile(r"""<[^<>]*>""", re.DOTALL)
SPOKEN = re.compile(r"""\s(?:placeholder|title|aria-label|alt|aria-description)=["']([^"']*)["']""")
ATTRIBUTE = re.compile(
    r"""[\w:.@-]+=("[^"]*"|'[^']*')|\b(required|disabled|checked|selected|hidden|open|autofocus|multiple)\b"""
)
"""What a template that only writes attributes consists of."""
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {
    "Kizuna",
    "kizuna",
    "English",
    "日本語",
    "한국어",
    "Ctrl",
    "Cmd",
    "Enter",
    "Esc",
    "Tab",
    "Shift",
    "UTC",
    "CSV",
    "API",
}
"""Words that are the same in every language."""


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_nothing_is_missing_fuzzy_or_has_lost_a_placeholder(language: str) -> None:
    faults = messages.faults(language)
    assert not faults, f"{len(faults)} messages: run make messages, then translate\n" + "\n".join(faults[:30])


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_catalogue_holds_exactly_what_the_code_says(language: str) -> None:
    kept = {(message.id, message.context) for message in messages.read(language) if message.id}
    said = {(message.id, message.context) for message in messages.template() if message.id}
    assert kept == said, "run make messages"


def untranslatable(text: str) -> list[str]:
    """Words in a template that no translation tag holds, also those in attributes that are read out."""
    bare = NOT_TEXT.sub(" ", text)
    spoken = [word for value in SPOKEN.findall(bare) for word in WORD.findall(value)]
    return [word for word in [*spoken, *WORD.findall(ATTRIBUTE.sub(" ", TAG.sub(" ", bare)))] if word not in NAMES]


def templates() -> list[Path]:
    return [path for path in written_files(".html") if "templates" in path.parts and "tests" not in path.parts]


FOR_DEVELOPERS = {"kizuna/server/templates/bench/floor.html"}
"""Pages that no user of the product can open: samples of the screens, and what the benchmark measures against."""


def test_every_word_of_a_template_can_be_translated() -> None:
    found = {shown(path): untranslatable(path.read_text()) for path in templates() if shown(path) not in FOR_DEVELOPERS}
    assert not {name: words for name, words in found.items() if words}


def test_the_detector_sees_bare_words_and_leaves_translated_ones_alone() -> None:
    assert untranslatable('<p title="Close it">Hello {{ name }}</p>') == ["Close", "it", "Hello"]
    assert untranslatable('{% load i18n %}<p title="{% trans "Close" %}">{% trans "Hello" %} Kizuna</p>') == []


@pytest.mark.django_db
def test_every_field_that_people_see_has_a_name_of_its_own() -> None:
    """Django makes up English words where a field has none."""
    nameless = [
        f"{resource.key}.{name}"
        for resource in registry.all_resources()
        if resource.room != "library"
        for name in resource.fields
        if (column := columns_of(resource.model).get(name)) is not None and column._verbose_name is None
    ]
    assert nameless == []


def columns_of(model: Any) -> dict[str, Any]:
    return {column.name: column for column in model._meta.concrete_fields if column.name != "id"}
