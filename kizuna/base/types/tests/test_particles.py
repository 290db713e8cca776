"""Korean particles: sentences with words put in read as a Korean would write them."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from kizuna.base.types.text.particles import Sentence, ending, particle


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("회사", "회사를"),
        ("목록", "목록을"),
        ("서울", "서울을"),
        ("견적 Q-2026-13", "견적 Q-2026-13을"),
        ("견적 Q-2026-12", "견적 Q-2026-12를"),
        ("“목록”", "“목록”을"),
        ("보기 (영업)", "보기 (영업)을"),
        ("Milan", "Milan을"),
        ("Sofia", "Sofia를"),
        ("Chart", "Chart을(를)"),
        ("田辺", "田辺을(를)"),
        ("", "을(를)"),
    ],
)
def test_a_particle_follows_the_sound_of_the_word_before_it(word, expected) -> None:
    assert word + particle("을(를)", word) == expected


def test_a_word_in_l_takes_the_short_form_of_to() -> None:
    assert [particle("(으)로", word) for word in ("서울", "부산", "제주")] == ["로", "으로", "로"]
    assert [particle("와(과)", word) for word in ("서울", "제주")] == ["과", "와"]


def test_markup_around_a_word_is_not_read() -> None:
    assert ending("<b>목록</b>") == ending("&quot;목록&quot;") == "n"


def test_only_the_words_of_the_translation_are_settled() -> None:
    said = Sentence("“%(name)s”을(를) 삭제했습니다.") % {"name": "을(를) 회사"}
    assert said == "“을(를) 회사”를 삭제했습니다."


def test_sentences_of_modules_and_templates_have_the_right_particle() -> None:
    with translation.override("ko"):
        assert gettext("The view “%(name)s” is deleted.") % {"name": "단골"} == "보기 “단골”을 삭제했습니다."
        assert str(gettext_lazy("The view “%(name)s” is deleted.")) % {"name": "지도"} == "보기 “지도”를 삭제했습니다."
        words = "Type “{{ name }}” to delete the records for good."
        page = Template("{% load i18n %}{% blocktranslate %}" + words + "{% endblocktranslate %}")
        assert "“방문”을 입력하세요" in page.render(Context({"name": "방문"}))
