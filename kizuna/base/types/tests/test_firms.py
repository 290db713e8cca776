import pytest

from kizuna.base.types import firms


@pytest.mark.parametrize(
    "name",
    [
        "Aoba Construction Co., Ltd.",
        "AOBA CONSTRUCTION INC",
        "Aoba Construction GmbH",
        "ａｏｂａ　ｃｏｎｓｔｒｕｃｔｉｏｎ K.K.",
    ],
)
def test_a_firm_is_the_same_with_any_legal_form(name: str) -> None:
    assert firms.core(name) == ("aoba", "construction")


@pytest.mark.parametrize("name", ["株式会社青葉建設", "青葉建設（株）", "㈱青葉建設", "青葉建設株式会社"])
def test_the_legal_form_stands_before_or_after(name: str) -> None:
    assert firms.core(name) == ("青葉建設",)


def test_a_firm_that_is_called_like_a_legal_form_keeps_its_name() -> None:
    assert firms.core("株式会社") == ("株式会社",)
    assert firms.core("Limited") == ("limited",)
    assert firms.bare_name("株式会社") == "株式会社"


def test_letters_inside_a_word_are_no_legal_form() -> None:
    assert firms.core("Cosmos Sapporo") == ("cosmos", "sapporo")
