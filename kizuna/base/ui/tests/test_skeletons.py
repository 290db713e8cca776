"""Rows drawn from skeletons: the same markup as the template would give, and no word gets out of its place."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kizuna.base.ui import skeletons

ATTACK = "\"><script>alert('é')</script>&amp;"


def drawn(*cells: dict, url: str = "/contacts/1", is_selectable: bool = True, **row) -> str:
    return skeletons.draw_row(
        {"id": 1, "url": url, "label": "Aiko", "cells": cells, **row}, is_selectable=is_selectable
    )


def test_a_name_leads_to_its_record_and_shows_its_reading_in_its_language():
    markup = drawn(
        {"kind": "name", "text": "山本 陽子", "reading": "やまもと", "lang": "ja", "initials": "山", "tint": 1}
    )
    assert '<a href="/contacts/1" data-open>' in markup
    assert '<b lang="ja">山本 陽子</b><i>やまもと</i>' in markup
    assert "k-t1" in markup
    assert "k-av-sq" not in markup


@pytest.mark.parametrize(
    "cell",
    [
        {"kind": "text", "text": ATTACK},
        {"kind": "text", "text": ATTACK, "lang": ATTACK},
        {"kind": "name", "text": ATTACK, "reading": ATTACK, "lang": ATTACK, "initials": ATTACK, "tint": ATTACK},
        {"kind": "relation", "text": ATTACK, "url": ATTACK, "initials": ATTACK, "tint": 1},
        {"kind": "tags", "tags": [{"text": ATTACK, "tint": ATTACK}], "more": ATTACK},
        {"kind": "moment", "text": ATTACK, "iso": ATTACK},
        {"kind": "choice", "text": ATTACK, "tone": ATTACK},
        {"kind": "points", "text": ATTACK, "url": ATTACK, "items": [{"text": ATTACK}]},
        {"kind": "empty", "text": ATTACK},
        {"kind": "unheard-of", "text": ATTACK},
    ],
    ids=lambda cell: f"{cell['kind']}{len(cell)}",
)
def test_markup_in_a_cell_stays_words(cell):
    markup = drawn(cell, url=ATTACK, id=ATTACK, label=ATTACK)
    assert "<script" not in markup
    assert markup.count('"') % 2 == 0
    assert "&quot;&gt;&lt;script&gt;" in markup


def test_words_that_are_already_markup_and_words_still_to_be_translated_are_printed_once():
    assert ">A &amp; B<" in drawn({"kind": "text", "text": mark_safe("A &amp; B")})
    assert ">Contact<" in drawn({"kind": "text", "text": _("Contact")})


@pytest.mark.parametrize("tint", [0, 1])
def test_numbers_that_equal_false_and_true_are_words_too(tint):
    markup = drawn({"kind": "relation", "text": "Aoba", "url": "/companies/1", "initials": "A", "tint": tint})
    assert f"k-t{tint}" in markup


def test_a_relation_to_what_has_no_face_is_words_alone():
    markup = drawn({"kind": "relation", "text": "Won", "url": "/stages/5"})
    assert ">Won<" in markup
    assert "k-av" not in markup


def test_cells_of_one_shape_do_not_share_words():
    first = drawn({"kind": "money", "text": "¥1"}, {"kind": "money", "text": "¥2"})
    assert first.index("¥1") < first.index("¥2")
    assert "¥1" not in drawn({"kind": "money", "text": "¥3"})


def test_a_relation_to_a_hidden_record_says_so_and_leads_nowhere():
    markup = drawn({"kind": "relation", "text": "", "hidden": True})
    assert "Hidden from you" in markup
    assert "href" not in markup


def test_fixed_words_follow_the_readers_language():
    cell = {"kind": "relation", "text": "", "hidden": True}
    english = drawn(cell)
    with override("ja"):
        drawn(cell)
    assert drawn(cell) == english


def test_a_choice_is_a_badge_only_when_it_has_a_tone():
    assert "k-badge" not in drawn({"kind": "choice", "text": "Lead", "tone": None})
    assert "k-badge k-badge-" in drawn({"kind": "choice", "text": "Lead", "tone": ""})
    assert "k-badge-good" in drawn({"kind": "choice", "text": "Customer", "tone": "good"})


def test_rows_have_a_check_box_only_where_something_can_be_done_with_them():
    assert "data-check" in drawn({"kind": "text", "text": "a"})
    assert "data-check" not in drawn({"kind": "text", "text": "a"}, is_selectable=False)
    assert "checked" in drawn({"kind": "text", "text": "a"}, selected=True)


def test_a_skeleton_says_what_the_template_says():
    cell = {
        "kind": "relation",
        "text": "Aoba & Söhne",
        "url": "/companies/7",
        "initials": "A",
        "tint": 2,
        "square": True,
    }
    assert render_to_string("ui/parts/cell.html", {"it": cell}) in drawn(cell) + "\n"


CARD: dict[str, Any] = {
    "id": "7",
    "version": "3",
    "url": "/tasks/7",
    "title": "Call Aiko",
    "lang": "",
    "reading": "",
    "subtitle": "",
    "bits": [],
    "person": None,
    "late": "",
    "rotting": "",
}


def test_markup_in_a_card_stays_words():
    bit = {"label": ATTACK, "text": ATTACK, "tint": "", "more": ATTACK, "lang": ATTACK, "strong": False}
    person = {"kind": "relation", "text": ATTACK, "url": ATTACK, "initials": ATTACK, "tint": 1}
    words = dict.fromkeys(("title", "lang", "reading", "subtitle", "late"), ATTACK)
    markup = skeletons.draw_card(CARD | words | {"bits": [bit], "person": person}, is_movable=True, is_in_place=False)
    assert "<script" not in markup
    assert markup.count('"') % 2 == 0
    assert markup.count("&lt;script&gt;") == 12


def test_a_card_says_what_it_knows_and_nothing_else():
    bits = [{"label": _("Contact"), "text": "12 €", "tint": "", "more": "", "lang": "", "strong": True}]
    with override("en"):
        full = skeletons.draw_card(CARD | {"bits": bits, "late": "2 days overdue"}, is_movable=False, is_in_place=True)
        bare = skeletons.draw_card(CARD, is_movable=True, is_in_place=False)
    assert '<span class="k-num k-strong" title="Contact">12 €</span>' in full
    assert "k-late" in full
    assert "hx-swap-oob" in full
    assert "k-bcard-line" not in bare
    assert "hx-swap-oob" not in bare
    assert 'aria-describedby="board-hint"' in bare


def test_a_fixed_part_is_said_in_the_language_of_each_reader():
    said = {}
    for language in ("en", "ja", "en"):
        with override(language):
            said.setdefault(language, skeletons.draw_fixed("ui/parts/confirm.html"))
            assert skeletons.draw_fixed("ui/parts/confirm.html") == said[language]
    assert "Cancel" in said["en"]
    assert said["en"] != said["ja"]
