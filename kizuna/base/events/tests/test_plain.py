"""What an event may carry comes back exactly as it went in; everything else is refused at the door."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal

import pytest
from django.utils.translation import gettext_lazy

from kizuna.base.events.plain import NotPlain, codec, to_json
from kizuna.base.types.refs import RecordRef


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (int, 2**63 - 1),
        (str, "日向 🏠"),
        (bool, True),
        (type(None), None),
        (Decimal, Decimal("12.00")),
        (date, date(2024, 2, 29)),
        (datetime, datetime(2026, 3, 29, 1, 30, 0, 5, tzinfo=UTC)),
        (int | None, None),
        (Decimal | None, Decimal("-0.5")),
        (list[date], [date(2026, 1, 1)]),
        (tuple[int, ...], (1, 2, 3)),
        (tuple[int, ...], ()),
        (tuple[str, Decimal], ("EUR", Decimal("1.10"))),
        (dict[str, Decimal], {"合計": Decimal("3")}),
        (dict[str, tuple[int | None, ...]], {"a": (1, None)}),
        (dict[str, Any], {"deep": [{"x": None, "y": [1, "z", True]}]}),
        (Literal["won", "lost"], "won"),
    ],
)
def test_a_value_survives_the_log(hint, value):
    one = codec(hint)
    back = one.decode(json.loads(json.dumps(one.encode(value))))
    assert back == value
    assert type(back) is type(value)


def test_a_moment_from_tokyo_is_the_same_moment_in_utc():
    one = codec(datetime)
    noon = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=9)))
    assert one.encode(noon) == "2026-11-21T03:00:00+00:00"
    assert one.decode(one.encode(noon)) == noon


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (int, "1"),
        (int, True),
        (int, 1.0),
        (bool, 1),
        (str, 1),
        (str, None),
        (str, gettext_lazy("Name")),
        (str, "Ann\x00a"),
        (str, "half \ud83d of an emoji"),
        (Decimal, 1.5),
        (Decimal, Decimal("NaN")),
        (date, datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime, datetime(2026, 1, 1)),
        (datetime, date(2026, 1, 1)),
        (tuple[int, ...], [1]),
        (tuple[int, ...], (1, "2")),
        (tuple[int, int], (1,)),
        (list[int], {1}),
        (dict[str, int], {1: 1}),
        (dict[str, Any], {"rate": 0.1}),
        (dict[str, Any], {"who": object()}),
        (Any, Decimal("1")),
        (Any, (1, 2)),
        (int | None, "x"),
        (Literal["won", "lost"], "drawn"),
        (Literal[1], True),
    ],
)
def test_a_value_that_would_not_survive_is_refused(hint, value):
    with pytest.raises(NotPlain):
        codec(hint).encode(value)


@pytest.mark.parametrize("hint", [float, object, set[int], RecordRef, dict[int, str], str | date, bytes])
def test_an_annotation_without_a_lossless_form_is_refused(hint):
    with pytest.raises(NotPlain):
        codec(hint)


@pytest.mark.parametrize(("hint", "raw"), [(Decimal, "ten"), (date, "29.2."), (datetime, 5), (tuple[int, int], [1])])
def test_a_damaged_row_is_named_not_guessed(hint, raw):
    with pytest.raises(NotPlain):
        codec(hint).decode(raw)


def test_before_and_after_are_written_for_people():
    change = {"amount": (Decimal("1.50"), None), "due": (date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC))}
    assert to_json(change) == {"amount": ["1.50", None], "due": ["2026-01-02", "2026-01-02T00:00:00+00:00"]}
