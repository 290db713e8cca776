"""A contact that is here already is noticed by name, reading, address or number."""

import re
from typing import Any

import pytest

from kizuna.base.duplicates import queries
from kizuna.base.duplicates.models import Pair
from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of

YOKO = {"emails": ["yoko@aoba.example"], "phones": ["+81 90-1234-5678"], "family_reading": "やまもと"}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"family_name": "山本", "given_name": "陽子"}, "Same name"),
        ({"family_name": "山元", "family_reading": "ヤマモト", "given_reading": "ヨウコ"}, "Similar name"),
        ({"emails.present": "1", "emails.0.value": " YOKO@aoba.example"}, "Same e-mail"),
        ({"phones.present": "1", "phones.0.value": "+81 90 1234 5678"}, "Same phone"),
    ],
)
def test_yoko_is_noticed(person: Any, haruto: Any, visit: Any, typed: dict[str, str], reason: str) -> None:
    yoko = person("山本", "陽子", owner=haruto, given_reading="ようこ", **YOKO)
    person("山本", "太郎", owner=haruto)
    page = page_of(visit(haruto).send("/contacts/similar", **typed))
    assert page.count("<article") == 1
    assert f'href="/contacts/{yoko.pk}"' in page
    assert reason in page


def test_who_shares_most_comes_first(person: Any, haruto: Any, visit: Any) -> None:
    person("山本", "陽子", owner=haruto)
    yoko = person("山本", "陽子", owner=haruto, **YOKO)
    person("山本", "陽子", owner=haruto)
    typed = {"family_name": "山本", "given_name": "陽子", "emails.present": "1", "emails.0.value": "yoko@aoba.example"}
    page = page_of(visit(haruto).send("/contacts/similar", **typed))
    assert re.findall(r'class="k-match-name" href="([^"]+)"', page)[0] == f"/contacts/{yoko.pk}"


def test_a_slip_in_an_address_says_nothing_of_the_number(person: Any) -> None:
    one, other = (
        person("佐藤", "さくら", emails=[address], phones=[number])
        for address, number in (
            ("sakura@mail.example", "+81 70-0133-2089"),
            ("sakura2@mail.example", "+81 70-0551-9543"),
        )
    )
    pair = Pair.objects.create(resource="contact", record_id=one.pk, other_id=other.pk, certainty=0.9)
    [line] = queries.reasons(SYSTEM, registry.get("contact"), [pair])
    assert {(reason.field, reason.how) for reason in line.reasons} == {("name", "same"), ("emails", "alike")}
