"""Work that is done, and what people were told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.collaboration import services as collaboration
from kizuna.base.collaboration.models import Comment
from kizuna.base.identity.models import User
from kizuna.base.jobs import run_waiting
from kizuna.base.notifications.models import Notification
from kizuna.base.testing.library.models import Book

Say = Callable[..., Comment]


@pytest.fixture
def say(haruto: User, kokoro: Book) -> Say:
    """Haruto comments on Kokoro: `say("Look, @Sora", mentions=[sora.pk])`."""

    def put(text: str, *, by: User | None = None, on: Book | None = None, **more: Any) -> Comment:
        return collaboration.comment(actor=by or haruto, record=on or kokoro, text=text, **more)

    return put


@pytest.fixture
def told(db: None) -> Callable[[User], list[str]]:
    """The kinds of what a person was told, oldest first, when all jobs are done."""

    def look(person: User) -> list[str]:
        run_waiting()
        return list(Notification.objects.of(person.pk).order_by("pk").values_list("kind", flat=True))

    return look
