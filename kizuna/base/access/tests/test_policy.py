"""Who reaches which rows and fields: deny by default, one predicate for reading and everything else."""

import pytest
from django.db.models import Q

from kizuna.base.access import policy, services
from kizuna.base.access.models import Grant, Scope
from kizuna.base.identity.models import Role, Team, User
from kizuna.base.identity.system import SYSTEM
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.types.errors import Denied, Invalid, Missing

pytestmark = pytest.mark.django_db


def seen_by(user: User) -> set[str]:
    return set(Book.objects.visible_to(user).values_list("title", flat=True))


@pytest.fixture
def shelf(haruto: User, sora: User, carol: User) -> None:
    for title, owner in (("Haruto's", haruto), ("Sora's", sora), ("Carol's", carol), ("Nobody's", None)):
        Book.objects.create(title=title, owner=owner)


def test_without_a_role_nothing_is_there(shelf: None, nobody: User) -> None:
    assert seen_by(nobody) == set()
    assert not policy.permissions_of(nobody).can("book", "read")


def test_a_salesperson_sees_the_books_of_the_team(shelf: None, haruto: User) -> None:
    assert seen_by(haruto) == {"Haruto's", "Sora's"}


def test_own_is_only_mine(shelf: None, haruto: User, grant) -> None:
    grant(haruto, book={"read": "own"})
    assert seen_by(haruto) == {"Haruto's"}


def test_team_reaches_down_the_tree_and_not_up(shelf: None, mika: User, grant) -> None:
    grant(mika, book={"read": "team"})
    assert seen_by(mika) == {"Haruto's", "Sora's", "Carol's"}


def test_all_includes_what_nobody_owns(shelf: None, victor: User) -> None:
    assert seen_by(victor) == {"Haruto's", "Sora's", "Carol's", "Nobody's"}


def test_a_sister_team_whose_number_begins_alike_is_not_mine(make_user, headquarters: Team) -> None:
    short, long = (Team.objects.create(pk=pk, name=f"Team {pk}", parent=headquarters) for pk in (900, 9001))
    for team in (short, long):
        team.place_under(headquarters)
        team.save()
    member, stranger = make_user("Mem", role="salesperson", team=short), make_user("Str", role="salesperson", team=long)
    Book.objects.create(title="Strange", owner=stranger)
    assert seen_by(member) == set()


def test_what_may_not_be_read_may_not_be_changed(shelf: None, haruto: User, grant) -> None:
    grant(haruto, book={"read": "own", "update": "all"})
    assert set(Book.objects.permitted(haruto, "update").values_list("title", flat=True)) == {"Haruto's"}


def test_of_several_roles_the_most_generous_counts(shelf: None, haruto: User) -> None:
    haruto.roles.add(Role.objects.get(code="viewer"))
    assert len(seen_by(haruto)) == 4


def test_a_row_of_its_own_goes_before_every_kind(shelf: None, victor: User) -> None:
    Grant.objects.create(role=victor.roles.get(), resource="book", operation="read", scope=Scope.NONE)
    assert seen_by(victor) == set()
    assert policy.permissions_of(victor).can("author", "read")


def test_an_action_without_a_row_needs_the_right_to_update(haruto: User, victor: User) -> None:
    assert policy.permissions_of(haruto).scope("book", "lend_book") == Scope.TEAM
    assert policy.permissions_of(victor).scope("book", "lend_book") == Scope.NONE


def test_an_action_can_be_taken_away_alone(haruto: User) -> None:
    role = haruto.roles.get()
    Grant.objects.create(role=role, resource="book", operation="lend_book", scope=Scope.NONE)
    assert not policy.permissions_of(haruto).can("book", "lend_book")
    assert policy.permissions_of(haruto).can("book", "update")


def test_missing_and_denied_are_told_apart(shelf: None, haruto: User, sora: User, carol: User) -> None:
    of_carol, of_sora = Book.objects.get(owner=carol), Book.objects.get(owner=sora)
    with pytest.raises(Missing):
        policy.check(haruto, "update", of_carol)
    with pytest.raises(Denied):
        policy.check(haruto, "delete", of_sora)
    policy.check(haruto, "update", of_sora)


def test_a_room_narrows_the_rows_further(shelf: None, victor: User, alice: User, monkeypatch) -> None:
    from kizuna.base.access import policy as module

    monkeypatch.setattr(module, "_rules", {})

    @policy.rows(Book)
    def only_short_titles(actor: User, operation: str) -> Q:
        return Q(title="Sora's")

    assert seen_by(victor) == {"Sora's"}
    assert len(seen_by(alice)) == 4
    assert not policy.sees_all(victor, Book)


def test_someone_who_left_may_do_nothing_even_as_administrator(shelf: None, alice: User) -> None:
    alice.is_active = False
    policy.forget(alice)
    assert seen_by(alice) == set()


def test_kizuna_itself_may_do_everything(shelf: None) -> None:
    assert Book.objects.visible_to(SYSTEM).count() == 4


def test_rights_are_read_once_per_request(shelf: None, haruto: User, django_assert_num_queries) -> None:
    fresh = User.objects.select_related("team").get(pk=haruto.pk)
    with django_assert_num_queries(3):
        for model in (Book, Author, Book):
            policy.predicate(fresh, model)


def test_a_field_is_hidden_only_when_every_role_hides_it(haruto: User, hide) -> None:
    hide(haruto, "book", "price")
    assert not policy.permissions_of(haruto).readable("book", "price")
    haruto.roles.add(Role.objects.get(code="viewer"))
    policy.forget(haruto)
    assert policy.permissions_of(haruto).readable("book", "price")


def test_only_an_administrator_gives_rights(alice: User, haruto: User, published) -> None:
    role = haruto.roles.get()
    with pytest.raises(Denied):
        services.set_grant(actor=haruto, role=role, resource="book", operation="export", scope=Scope.ALL)
    services.set_grant(actor=alice, role=role, resource="book", operation="export", scope=Scope.ALL)
    policy.forget(haruto)
    assert policy.permissions_of(haruto).can("book", "export")
    services.set_grant(actor=alice, role=role, resource="book", operation="export", scope=None)
    assert published.names[-2:] == ["access.GrantChanged", "access.GrantChanged"]
    with pytest.raises(Invalid):
        services.set_grant(actor=alice, role=role, resource="book", operation="export", scope=9)


def test_field_rules_come_and_go(alice: User, haruto: User) -> None:
    role = haruto.roles.get()
    services.set_field_rule(actor=alice, role=role, resource="book", field="price", access="read_only")
    policy.forget(haruto)
    rights = policy.permissions_of(haruto)
    assert (rights.readable("book", "price"), rights.writable("book", "price")) == (True, False)
    services.set_field_rule(actor=alice, role=role, resource="book", field="price", access="")
    policy.forget(haruto)
    assert policy.permissions_of(haruto).writable("book", "price")
