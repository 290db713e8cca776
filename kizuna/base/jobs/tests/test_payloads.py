"""What a job may carry is checked where it is enqueued, with words that help."""

import datetime
from typing import Any

import pytest

from kizuna.base.jobs import payloads
from kizuna.base.jobs.payloads import NotPlain, plain


def test_plain_values_stay_as_they_are_and_tuples_become_lists() -> None:
    value = {"name": "田中", "tags": ("vip", "東京"), "amount": 12.5, "count": 2**70, "none": None, "yes": True}
    assert plain(value, where="it") == {**value, "tags": ["vip", "東京"]}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (datetime.date(2026, 1, 1), "it is a date; jobs carry JSON only"),
        ({"ids": {1, 2}}, "it.ids is a set"),
        ([1, [object()]], "it[1][0] is a object"),
        (b"bytes", "it is a bytes"),
        (float("nan"), "it is nan; JSON has no such number"),
        ([float("inf")], "it[0] is inf"),
        ({1: "one"}, "it has the key 1; keys of JSON objects are text"),
        ("a\0b", "it contains a NUL character"),
        ({"a\0": 1}, "it contains a NUL character"),
        ("\ud83d", "it contains half a surrogate pair"),
    ],
)
def test_everything_else_is_refused_with_the_place_where_it_stands(value: Any, message: str) -> None:
    with pytest.raises(NotPlain) as refusal:
        plain(value, where="it")
    assert message in str(refusal.value)


def send(letter: str, stamps: int = 1, **wishes: str) -> None:
    """Something to call."""


def test_a_call_is_kept_by_the_names_of_its_parameters() -> None:
    bound = payloads.bind(send, ("dear Mina",), {"seal": "red"}, takes_context=False)
    assert bound == {"letter": "dear Mina", "seal": "red"}


def test_a_call_that_does_not_fit_names_the_function() -> None:
    with pytest.raises(TypeError, match=r"test_payloads\.send: missing a required argument: 'letter'"):
        payloads.bind(send, (), {}, takes_context=False)


def test_a_call_with_a_wrong_value_names_the_argument() -> None:
    with pytest.raises(NotPlain, match=r"Argument 'letter' of .*send is a object"):
        payloads.bind(send, (object(),), {}, takes_context=False)


def test_the_parameters_of_a_task_have_names() -> None:
    payloads.check_signature(send)
    with pytest.raises(TypeError, match="must be named"):
        payloads.check_signature(lambda *letters: None)
    with pytest.raises(TypeError, match="must be named"):
        payloads.check_signature(lambda letter, /: None)
