"""Problems say what is wrong, where, and in the reader's language."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Denied, Invalid, Malformed, Missing, Problem, Refused, Stale, fill


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (Invalid({"name": "Too long."}), 422, "invalid"),
        (Refused("Won deals cannot be deleted."), 422, "refused"),
        (Denied(), 403, "denied"),
        (Missing(), 404, "missing"),
        (Stale(object()), 412, "stale"),
    ],
)
def test_every_problem_has_a_status_and_a_code(problem: Problem, status: int, code: str) -> None:
    assert (problem.status, problem.code) == (status, code)
    assert str(problem)


def test_one_message_or_several_become_a_list() -> None:
    problem = Invalid({"name": "Too long.", "emails.0.value": ["No @.", "Too short."], "city": _("Too long.")})
    assert problem.errors == {"name": ["Too long."], "emails.0.value": ["No @.", "Too short."], "city": ["Too long."]}
    assert "emails.0.value: No @. Too short." in str(problem)


def test_a_problem_inside_a_list_is_told_from_the_outside() -> None:
    problem = Invalid({"value": "No @.", "": "Not a point."}).under("0").under("emails")
    assert problem.errors == {"emails.0.value": ["No @."], "emails.0": ["Not a point."]}


def test_a_refusal_can_point_at_the_field_to_change() -> None:
    assert Refused("Give the amount first.", field="amount").errors == {"amount": ["Give the amount first."]}
    assert Refused("The shop is closed.").errors == {}


def test_a_stale_problem_brings_the_record_as_it_is_now() -> None:
    current = object()
    assert Stale(current).current is current


def test_a_malformed_text_is_a_value_error_with_a_code() -> None:
    error = Malformed("no_at", _("An e-mail address has an @ in the middle."))
    assert isinstance(error, ValueError)
    assert (error.code, str(error)) == ("no_at", "An e-mail address has an @ in the middle.")


def test_a_filled_message_is_translated_when_it_is_read() -> None:
    message = fill(_("Hello %(name)s"), {"name": "Ada"})
    with translation.override("en"):
        assert str(message) == "Hello Ada"
