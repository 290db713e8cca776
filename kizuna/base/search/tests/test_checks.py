from kizuna.base.resources import fields, registry
from kizuna.base.resources.resource import Resource
from kizuna.base.search import checks, lexemes
from kizuna.base.search.contents import speaks_for_itself
from kizuna.base.search.tests.models import GUESTS, Guest
from kizuna.base.testing.library.models import Book


def test_every_declaration_of_kizuna_is_in_order() -> None:
    assert checks.check_search() == []


def test_a_relation_cannot_be_searched() -> None:
    class Novels(Resource):
        model = Book
        title = "title"
        search = ("author", "no_field")

    (mistake,) = checks.mistakes_of(Novels())
    assert "author" in mistake


def test_two_names_with_one_code_are_refused(monkeypatch) -> None:
    monkeypatch.setattr(checks, "field_code", lambda name: "aa")
    assert "same code" in next(checks.mistakes_of(GUESTS))
    monkeypatch.setattr(checks, "resource_number", lambda key: 7)
    assert "same number" in next(checks.equal_codes(registry.all_resources()))


def test_a_title_made_of_other_titles_is_not_indexed() -> None:
    class Stays(Resource):
        model = Guest
        title = "host"
        composites = (fields.Title("host", "host", path="host__family_name"),)

    assert speaks_for_itself(GUESTS)
    assert not speaks_for_itself(Stays())


def test_codes_are_short_and_stay_what_they_are() -> None:
    assert lexemes.resource_code("contact") == lexemes._base36(lexemes.resource_number("contact"), 3)
    assert len({lexemes.resource_code(key) for key in ("contact", "company", "note", "task", "user")}) == 5
    assert len(lexemes.field_code("emails")) == 2
    assert lexemes.lowest_id("contact") < lexemes.highest_id("contact") < 2**63
    assert lexemes.safe("a b'c\"d\\e\x00f\n") == "a_b_c_d_e_f_"
