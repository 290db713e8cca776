"""Ways to reach Taro: as he wrote them, each once, one of them first."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.types.addresses import Address
from kizuna.base.types.errors import Invalid
from kizuna.base.types.points import KINDS, LABELS, Point, label_choices, label_of, normalise_points, primary


def point(value: str, key: str, *, label: str = "work", first: bool = True, verified: bool = False) -> dict[str, Any]:
    return {"value": value, "key": key, "label": label, "primary": first, "verified": verified}


def test_a_plain_text_is_a_point() -> None:
    assert normalise_points("email", ["Taro@Example.JP"], region="JP") == [point("Taro@Example.JP", "taro@example.jp")]
    assert normalise_points("phone", ["090-1234-5678"], region="JP") == [point("090-1234-5678", "+819012345678")]
    assert normalise_points("link", ["example.jp"], region="") == [point("example.jp", "https://example.jp")]
    assert normalise_points("handle", ["@Taro"], region="") == [point("@Taro", "taro", label="other")]


def test_none_and_empty_rows_are_no_points() -> None:
    assert normalise_points("email", None, region="JP") == []
    assert normalise_points("email", ["", {"value": " "}, {"value": None, "label": "home"}], region="JP") == []
    assert normalise_points("address", [{"country": "JP"}, {}], region="JP") == []


def test_the_same_address_twice_is_one_point_that_knows_what_both_knew() -> None:
    typed = [
        {"value": "taro@example.jp", "label": "home"},
        {"value": "hanako@example.jp"},
        {"value": "TARO@example.jp", "primary": True, "verified": True},
    ]
    assert normalise_points("email", typed, region="JP") == [
        point("taro@example.jp", "taro@example.jp", label="home", verified=True),
        point("hanako@example.jp", "hanako@example.jp", first=False),
    ]


def test_one_name_on_two_services_is_two_handles() -> None:
    typed = [
        {"value": "@taro", "label": "x"},
        {"value": "taro", "label": "instagram"},
        {"value": "https://www.instagram.com/Taro/?hl=ja", "label": "instagram"},
    ]
    assert [(each["label"], each["key"]) for each in normalise_points("handle", typed, region="")] == [
        ("x", "taro"),
        ("instagram", "taro"),
    ]


def test_a_client_cannot_make_up_keys() -> None:
    typed = [{"value": "taro@example.jp", "key": "boss@example.jp", "colour": "red"}]
    assert normalise_points("email", typed, region="") == [point("taro@example.jp", "taro@example.jp")]


def test_a_postal_address_has_its_parts() -> None:
    typed = [
        {"postal_code": "1000001", "region": "東京都", "city": "千代田区", "line1": "千代田１−１", "label": "home"}
    ]
    (found,) = normalise_points("address", typed, region="JP")
    assert found == {
        "country": "JP",
        "postal_code": "100-0001",
        "region": "東京都",
        "city": "千代田区",
        "line1": "千代田１−１",
        "line2": "",
        "key": "jp 100-0001 東京都 千代田区 千代田1-1",
        "label": "home",
        "primary": True,
        "verified": False,
    }
    (short,) = normalise_points("address", ["1 Main St"], region="US")
    assert (short["line1"], short["country"]) == ("1 Main St", "US")


@pytest.mark.parametrize(
    ("kind", "typed", "path", "message"),
    [
        ("email", "taro@example.jp", "", "list"),
        ("email", ["taro@example.jp", "taro"], "1.value", "@"),
        ("phone", [{"value": "090-1234-567"}], "0.value", "One digit short for a Japanese mobile number."),
        ("link", ["javascript:alert(1)"], "0.value", "http"),
        ("handle", ["@"], "0.value", "account"),
        ("email", [7], "0", "text"),
        ("email", [{"value": 7}], "0.value", "text"),
        ("email", [{"value": "x" * 400}], "0.value", "320"),
        ("email", [{"value": "taro@example.jp", "label": "boat"}], "0.label", "work, home, other"),
        ("email", [{"value": "taro@example.jp", "label": 7}], "0.label", "Choose"),
        ("email", [{"value": "taro@example.jp", "primary": "yes"}], "0.primary", "true or false"),
        ("address", [{"country": "Narnia", "city": "x"}], "0.country", "country"),
        ("address", [{"city": 7}], "0.city", "text"),
        ("address", [{"line1": "x" * 201}], "0.line1", "200"),
        ("email", [f"taro{number}@example.jp" for number in range(51)], "", "50"),
    ],
)
def test_a_wrong_point_is_pointed_at(kind: str, typed: Any, path: str, message: str) -> None:
    with pytest.raises(Invalid) as raised:
        normalise_points(kind, typed, region="JP")
    assert list(raised.value.errors) == [path]
    assert message in str(raised.value.errors[path][0])


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(Invalid) as raised:
        normalise_points("email", ["taro", "taro@example.jp", "hanako"], region="JP")
    assert list(raised.value.errors) == ["0.value", "2.value"]


EMAILS = st.builds("{}@example.jp".format, st.text("abcAB", min_size=1, max_size=2))
ROWS = st.lists(EMAILS | st.fixed_dictionaries({"value": EMAILS, "primary": st.booleans(), "verified": st.booleans()}))


@given(ROWS)
def test_normalising_twice_is_normalising_once_and_one_is_primary(typed: list[Any]) -> None:
    once = normalise_points("email", typed, region="JP")
    assert normalise_points("email", once, region="KR") == once
    assert sum(each["primary"] for each in once) == (1 if once else 0)
    assert len({each["key"] for each in once}) == len(once)


def test_the_primary_point_by_name() -> None:
    stored = normalise_points("email", ["a@example.jp", {"value": "b@example.jp", "primary": True}], region="")
    assert primary(stored) == Point(
        value="b@example.jp", key="b@example.jp", label="work", is_primary=True, is_verified=False
    )
    assert primary([]) is None
    found = primary(normalise_points("address", ["1 Main St"], region="US"))
    assert found is not None
    assert found.address == Address("US", line1="1 Main St")


def test_labels_have_names_for_people() -> None:
    assert KINDS == ("email", "phone", "address", "link", "handle")
    assert label_choices("phone")[0] == ("work", "Work")
    assert str(label_of("handle", "kakaotalk")) == "KakaoTalk"
    assert label_of("email", "boat") == "boat"
    assert all("other" in labels for labels in LABELS.values())


def test_what_stands_already_keeps_its_key_whoever_saves_it_again() -> None:
    stored = normalise_points("phone", ["010-2345-6789"], region="KR")
    again = normalise_points("phone", [{"value": "010-2345-6789"}, "03-1234-5678"], region="JP", stored=stored)
    assert [point["key"] for point in again] == ["+821023456789", "+81312345678"]
    with pytest.raises(Invalid):
        normalise_points("phone", ["070-174 06 11"], region="JP")
