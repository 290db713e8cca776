"""What notes and tasks are, and what they cannot be."""

import pytest
from django.db import IntegrityError, transaction

from kizuna.base.types.errors import Invalid
from kizuna.customers.timeline.models import Note, Task


def test_a_note_is_called_by_its_first_line(make) -> None:
    yoko = make("contact", family_name="山本")
    note = make("note", body="  Wants the annex too.\r\n\r\nBoard meets on Tuesday.\n", contact=yoko)
    assert note.body == "Wants the annex too.\n\nBoard meets on Tuesday."
    assert note.title == str(note) == "Wants the annex too."


def test_the_title_of_a_long_note_ends_in_dots(make) -> None:
    note = make("note", body="山" * 500, company=make("company", name="青葉建設"))
    assert len(note.title) == 120
    assert note.title.endswith("山…")


def test_a_title_of_emoji_families_fits_its_column(make) -> None:
    note = make("note", body="👨‍👩‍👧‍👦" * 100, contact=make("contact", family_name="山本"))
    assert len(note.title) <= 120


def test_a_note_is_about_somebody(db) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.create(body="About nobody.")


def test_a_note_about_nobody_is_told_so(make) -> None:
    with pytest.raises(Invalid, match="which contact or company"), transaction.atomic():
        make("note", body="About nobody.")


def test_a_note_says_something(make) -> None:
    yoko = make("contact", family_name="山本")
    with pytest.raises(Invalid), transaction.atomic():
        make("note", body=" \u200b ", contact=yoko)
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.create(body="", contact=yoko)


def test_a_task_needs_no_customer_but_a_title(make) -> None:
    assert str(make("task", title="Tidy up the sample room")) == "Tidy up the sample room"
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(title="")


def test_priorities_sort_by_what_matters() -> None:
    assert Task.Priority.HIGH > Task.Priority.NORMAL > Task.Priority.LOW
