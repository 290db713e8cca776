"""A check answered in memory says what the database says."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q

from kizuna.base.identity.models import Team, User
from kizuna.base.records.constraints import RowCheck, broken, holds
from kizuna.base.testing.library.models import Book
from kizuna.base.types.money import Money

NAMED = Q(name__gt="")


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (NAMED, True),
        (~NAMED, False),
        (Q(name="Tokyo"), True),
        (Q(name__in=["Seoul", "Tokyo"]), True),
        (Q(name__lt="Seoul"), False),
        (Q(name__gte="Tokyo", name__lte="Tokyo"), True),
        (Q(parent=None), True),
        (Q(parent__isnull=False), False),
        (Q(parent__isnull=False) | NAMED, True),
        (Q(parent__isnull=True) & ~NAMED, False),
    ],
)
def test_conditions_are_read_as_sql_reads_them(condition: Q, answer: bool) -> None:
    assert holds(condition, Team(name="Tokyo")) is answer


def test_what_is_compared_with_nothing_is_unknown_and_passes() -> None:
    team = Team(name="Tokyo")
    assert holds(Q(parent=F("id")), team) is None
    assert holds(~Q(parent=F("id")), team) is None
    assert holds(Q(parent=F("id")) & Q(name=""), team) is False
    assert holds(Q(parent=F("id")) | Q(name="Tokyo"), team) is True


def test_columns_are_compared_with_each_other() -> None:
    assert holds(Q(parent=F("id")), Team(id=4, parent_id=4)) is True
    assert holds(~Q(parent=F("id")), Team(id=4, parent_id=4)) is False


@pytest.mark.parametrize(("amount", "answer"), [("-1", False), ("0", True), (None, None)])
def test_money_is_compared_by_its_amount(amount: str | None, answer: bool | None) -> None:
    book = Book(price=None if amount is None else Money(amount, "EUR"))
    assert holds(Q(price__gte=0), book) is answer


def test_a_broken_check_tells_its_message() -> None:
    check = RowCheck(condition=Q(name__gt=""), name="named", violation_error_message="Who is it?")
    check.validate(User, User(name="Mika"))
    with pytest.raises(ValidationError, match="Who is it"):
        check.validate(User, User(name=""))


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        (Q(name=None) | ~Q(name=""), "name"),
        (~Q(parent=F("id")), "parent"),
        (Q(parent=None) & ~Q(name=""), "__all__"),
    ],
)
def test_a_broken_check_of_one_column_names_its_field(condition: Q, field: str) -> None:
    with pytest.raises(ValidationError) as problem:
        RowCheck(condition=condition, name="named").validate(Team, Team(id=4, parent_id=4, name=""))
    assert list(problem.value.update_error_dict({})) == [field]


def test_migrations_know_it_as_an_ordinary_check() -> None:
    path, _args, options = RowCheck(condition=NAMED, name="named").deconstruct()
    assert path == "django.db.models.CheckConstraint"
    assert models.CheckConstraint(**options) == models.CheckConstraint(condition=NAMED, name="named")


@pytest.mark.django_db
def test_what_a_database_refuses_is_said_in_the_words_of_the_constraint() -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Book.objects.bulk_create([Book(title="Kokoro", pages=0)])
    assert broken(caught.value) == "A book has pages."
    assert broken(IntegrityError("no such thing")) is None
