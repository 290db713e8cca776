"""The menus of a list, fetched when they open: what it can be sorted by, and which columns it can show."""

import re
from html import unescape

from kizuna.base.testing.visiting import page_of


def choices(answer) -> dict[str, str]:
    """The labels of a menu's links with their addresses."""
    found = re.findall(r'<a class="k-menu-item" href="([^"]*)"[^>]*><span>(.*?)</span>', page_of(answer))
    return {unescape(label): unescape(address) for address, label in found}


def boxes(answer) -> dict[str, bool]:
    found = re.findall(r'name="columns" value="(\w+)"( checked)?', page_of(answer))
    return {name: bool(checked) for name, checked in found}


def test_the_list_says_where_its_menus_are_and_keeps_its_state(shelve, haruto, visit) -> None:
    shelve("Kokoro")
    page = page_of(visit(haruto).get("/books?search=kok&sort=-pages"))
    assert 'hx-get="/books/menus/sort?search=kok&amp;sort=-pages"' in page
    assert 'hx-get="/books/menus/columns?search=kok&amp;sort=-pages"' in page


def test_sorting_by_the_same_field_again_turns_the_order_round(haruto, visit) -> None:
    offered = choices(visit(haruto).get("/books/menus/sort?search=kok&sort=pages"))
    assert offered["Pages"] == "/books?search=kok&sort=-pages"
    assert offered["Title"] == "/books?search=kok&sort=title"


def test_a_hidden_field_stands_in_no_menu(hide, haruto, visit) -> None:
    hide(haruto, "book", "pages")
    assert "Pages" not in choices(visit(haruto).get("/books/menus/sort"))
    assert "pages" not in boxes(visit(haruto).get("/books/menus/columns"))


def test_columns_that_are_shown_come_first_and_are_ticked(haruto, visit) -> None:
    answer = visit(haruto).get("/books/menus/columns?columns=price,pages&filter=%7B%7D&sort=title")
    offered = boxes(answer)
    assert list(offered)[:2] == ["price", "pages"]
    assert [name for name, is_shown in offered.items() if is_shown] == ["price", "pages"]
    assert "title" not in offered  # it is always there
    assert '<input type="hidden" name="sort" value="title">' in page_of(answer)


def test_a_stranger_sees_no_menu(nobody, visit, client) -> None:
    assert visit(nobody).get("/books/menus/sort").status_code == 404
    assert client.get("/books/menus/columns").status_code == 302
