"""What a server has ready before the first person asks."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from django.template import loader
from django.template.base import Template
from django.test import Client

from kizuna.base.identity.models import User
from kizuna.server.warming import leave_from_garbage, templates, warm_up


def test_every_template_of_every_room_can_be_read() -> None:
    assert {"ui/shell.html", "ui/list.html", "web/arrange_home.html"} <= set(templates())
    for name in templates():
        loader.get_template(name)


def test_the_first_who_asks_waits_for_no_template(mika: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    warm_up()
    read: list[str] = []
    compile_nodelist = Template.compile_nodelist

    def noted(template: Template) -> Any:
        if not str(template.name).startswith("django/"):  # Django's own, of input fields
            read.append(str(template.name))
        return compile_nodelist(template)

    monkeypatch.setattr(Template, "compile_nodelist", noted)
    assert client.get("/", follow=True).status_code == 200  # where one signs in
    client.force_login(mika)
    for path in ("/", "/contacts", "/contacts/new"):
        assert client.get(path).status_code == 200
    assert read == []


def test_no_request_waits_while_what_stays_is_searched_for_garbage() -> None:
    try:
        leave_from_garbage()
        assert len(gc.get_objects()) < gc.get_freeze_count() / 100
    finally:
        gc.unfreeze()
