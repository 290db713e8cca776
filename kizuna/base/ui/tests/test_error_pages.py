"""What somebody sees when nothing could be done: words and a way on, never a bare code."""

import re

from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client
from psycopg.errors import DeadlockDetected

from kizuna.base.testing.visiting import page_of, said
from kizuna.base.ui import inplace


def test_an_address_without_a_page_says_so_and_leads_on(haruto, visit):
    for visitor in (Client(), visit(haruto).client):
        answer = visitor.get("/no/such/page")
        assert answer.status_code == 404
        assert "There is no such page" in page_of(answer)
        assert 'href="/"' in page_of(answer)


def test_a_page_that_is_not_there_leaves_the_form_of_a_stranger_as_it_is(db):
    """A browser asks for both at once: whichever answer comes last, the form holds."""
    stranger = Client(enforce_csrf_checks=True)
    form = page_of(stranger.get("/accounts/sign-in/"))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token
    assert not Client().get("/no/such/page").cookies
    assert not stranger.get("/no/such/page").cookies
    data = {"csrfmiddlewaretoken": token[1], "login": "nobody@kizuna.example", "password": "wrong"}
    assert stranger.post("/accounts/sign-in/", data).status_code == 200


def test_a_forged_form_is_refused_in_words(haruto, visit):
    answer = visit(haruto, check_csrf=True).post("/books/new", title="Forged")
    assert answer.status_code == 403
    assert "This form is no longer valid" in page_of(answer)


def test_when_something_breaks_the_page_needs_nothing_that_might_be_broken():
    assert "Something went wrong on our side" in render_to_string("500.html")


def test_a_problem_opened_as_a_page_says_what_and_what_now(victor, visit):
    page = page_of(visit(victor).get("/books/new"))
    assert "You do not have permission to do this." in page
    assert "Ask an administrator" in page


def test_a_dialog_opened_by_its_address_comes_within_the_shell(haruto, visit):
    client, browser = visit(haruto).client, {"sec-fetch-dest": "document"}
    alone = page_of(client.get("/books/views/new", headers=browser))
    assert alone.lower().startswith("<!doctype html>")
    assert 'class="k-shell"' in alone
    assert "Save view" in alone
    assert "k-shell" not in page_of(client.get("/books/views/new", headers=browser | {"hx-request": "true"}))
    assert page_of(client.get("/books", headers=browser)).count('class="k-shell"') == 1


def test_who_changes_the_same_at_the_same_moment_is_told_to_try_again(haruto, kokoro, visit, monkeypatch):
    def collide(**_named):
        raise OperationalError("deadlock detected") from DeadlockDetected()

    monkeypatch.setattr(inplace.records, "update", collide)
    answer = visit(haruto).send(f"/books/{kokoro.pk}/fields/pages", pages="1")
    assert (answer.status_code, answer["HX-Reswap"]) == (409, "none")
    assert "try again" in said(answer)
