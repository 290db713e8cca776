"""Who exported what: administrators read it in the settings, and nobody else does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.events import acting
from kizuna.base.resources import registry
from kizuna.base.search.selecting import Selection
from kizuna.base.testing.visiting import page_of
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.types.errors import Denied

PAGE = "/settings/exports"


def took(actor: Any, key: str = "contact", *, via: str = "web", kind: str = "csv", **meant: Any) -> None:
    with acting(actor, via=via, address="192.0.2.7"):
        transfer.export(actor=actor, resource=registry.get(key), names=["name"], kind=kind, meant=Selection(**meant))


def of(owner: Any) -> str:
    return json.dumps({"field": "owner", "op": "is", "value": owner.pk})


def test_alice_reads_who_exported_what_and_how(alice, haruto, person, visit):
    person("山本", "陽子")
    took(alice, kind="xlsx", condition=of(haruto), search="<b>山本</b>", view="mine", ids=(1,))
    page = page_of(visit(alice).get(PAGE))
    assert f">{alice.name}</a></b> exported contacts: 1 row" in page
    assert f"Filter: Owner is {haruto.name}" in page
    assert "Search: &lt;b&gt;山本&lt;/b&gt;" in page
    assert "Only: the rows that were ticked, their own" in page
    assert "Excel workbook · in Kizuna · 192.0.2.7" in page
    assert "<summary>1 column</summary>Name" in page


def test_the_command_line_is_told_from_the_screen_and_a_lost_filter_hides_nothing(alice, visit):
    took(alice, "company", via="command", condition='{"field": "own')
    page = page_of(visit(alice).get(PAGE))
    assert "CSV · from the command line" in page
    assert "a filter that can no longer be read" in page


def test_where_nothing_was_exported_the_page_says_so(alice, visit):
    assert "Nothing was exported" in page_of(visit(alice).get(PAGE))


def test_those_of_one_person_and_of_one_kind_of_record(alice, mika, visit):
    took(alice)
    took(mika, "company")
    hers = page_of(visit(alice).get(PAGE, who=mika.pk))
    assert "exported companies" in hers
    assert "exported contacts" not in hers
    assert "exported contacts" in page_of(visit(alice).get(PAGE, kind="contact"))
    assert "Nothing was exported" in page_of(visit(alice).get(PAGE, who=mika.pk, kind="contact"))


def test_older_ones_follow_and_none_is_told_twice(alice, visit, monkeypatch):
    monkeypatch.setattr(queries, "EXPORTS", 2)
    for word in ("plum", "pine", "bamboo"):
        took(alice, search=word)
    newest = page_of(visit(alice).get(PAGE))
    assert [word for word in ("bamboo", "pine", "plum") if f"Search: {word}" in newest] == ["bamboo", "pine"]
    last_but_one = queries.exported(alice)[1].event_id
    assert f"before={last_but_one}" in newest
    older = page_of(visit(alice).ask(PAGE, before=last_but_one))
    assert [word for word in ("bamboo", "pine", "plum") if f"Search: {word}" in older] == ["plum"]
    assert "Earlier" not in older


def test_many_exports_ask_no_more_than_one(alice, haruto, mika, visit):
    took(alice, condition=of(haruto))
    with CaptureQueriesContext(connection) as few:
        visit(alice).get(PAGE)
    for owner in (alice, mika, haruto):
        took(mika, condition=of(owner), search=owner.name)
    with CaptureQueriesContext(connection) as many:
        assert f"Owner is {mika.name}" in page_of(visit(alice).get(PAGE))
    assert len(many) <= len(few)


def test_who_is_no_administrator_reads_nothing(alice, haruto, visit, client):
    took(alice, search="secret")
    answer = visit(haruto).get(PAGE)
    assert answer.status_code == 403
    assert "secret" not in answer.content.decode()
    assert client.get(PAGE).status_code == 302
    with pytest.raises(Denied):
        queries.exported(haruto)
