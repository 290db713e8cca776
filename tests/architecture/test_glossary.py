"""Things have one name in each language: the one of docs/glossary.md."""

import re

import messages
import pytest

from tests.architecture.code import ROOT

PAGE = ROOT / "docs" / "glossary.md"


def rows() -> list[dict[str, str]]:
    """The table of names."""
    table = PAGE.read_text().partition("## ")[0]
    lines = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    head, _rule, *rest = [[cell.strip() for cell in line] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in rest]


NAMED = {"ja": "日本語", "ko": "한국어"}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_thing_is_called_what_the_glossary_says(language: str) -> None:
    said = {
        message.id.lower(): message.string
        for message in messages.read(language)
        if isinstance(message.id, str) and not message.context
    }
    for row in rows():
        name = row["English"]
        found = said.get(name, row[NAMED[language]])
        assert found == row[NAMED[language]], f"{name} is called {found}"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_no_translation_has_a_word_that_the_glossary_rules_out(language: str) -> None:
    never = [word for row in rows() for word in row[f"never {NAMED[language]}"].split("、") if word]
    for message in messages.read(language):
        for text in messages.texts(message) if message.id else []:
            for word in never:
                assert word not in text, f"{message.id!r} says {word}: see docs/glossary.md"


def test_names_have_their_honorifics_as_the_language_writes_them() -> None:
    for message in messages.read("ja"):
        for text in messages.texts(message) if message.id else []:
            assert not re.search(r"%\(who\)s が|%\(who\)s さん", text), text
    for message in messages.read("ko"):
        for text in messages.texts(message) if message.id else []:
            assert not re.search(r"%\(\w+\)s(님|씨)", text), text
