"""Who may merge what, what they see of it, and what others did meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.base.identity.models import User
from kizuna.base.merging import parts
from kizuna.base.merging import services as merging
from kizuna.base.merging.events import RecordsMerged
from kizuna.base.merging.models import Merge
from kizuna.base.merging.tests.conftest import look, make, merge
from kizuna.base.records import services as records
from kizuna.base.testing.events import Published
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused, Stale

pytestmark = pytest.mark.django_db


def test_only_who_may_change_all_of_them_may_merge(haruto: User, carol: User, victor: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(carol, "book", title="Kokoro")
    for person in (haruto, victor):
        with pytest.raises((Denied, Missing)):
            merge(person, one, two)
    assert Merge.objects.count() == 0


def test_the_right_to_merge_can_be_taken_alone(haruto: User, grant: Any) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    grant(haruto, book={"read": "all", "update": "all", "merge": "none"})
    with pytest.raises(Denied):
        merge(haruto, one, two)


def test_a_hidden_field_is_neither_shown_nor_chosen_and_not_lost(haruto: User, hide: Any) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro", rating="4.5")
    hide(haruto, "book", "rating")
    with pytest.raises(Invalid) as problem:
        merge(haruto, one, two, choices={"rating": two.pk})
    assert "4.5" not in str(problem.value)
    merge(haruto, one, two)
    assert str(Book.objects.get(pk=one.pk).rating) == "4.50"


def test_a_field_that_may_only_be_read_is_not_chosen(haruto: User, hide: Any) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro", rating="4.5")
    hide(haruto, "book", "rating", access="read_only")
    with pytest.raises(Invalid):
        merge(haruto, one, two, choices={"rating": two.pk})


def test_an_old_preview_is_refused(haruto: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    seen = look(haruto, one, two).versions
    records.update(actor=haruto, record=two, changes={"pages": 1})
    with pytest.raises(Stale):
        merge(haruto, one, two, versions=seen)
    assert Merge.objects.count() == 0


def test_the_same_merge_sent_twice_is_one(haruto: User, published: Published) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    assert merge(haruto, one, two).pk == merge(haruto, one, two).pk
    assert published.one(RecordsMerged).others == (two.pk,)


def test_a_colleague_who_merges_the_same_pair_later_hears_of_it(haruto: User, mika: User) -> None:
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    merge(haruto, one, two)
    with pytest.raises(Refused, match="merged into another"):
        merge(mika, two, one)


def test_a_record_is_not_merged_with_itself(haruto: User) -> None:
    one = make(haruto, "book", title="Kokoro")
    with pytest.raises(Refused):
        merge(haruto, one, one)


def test_a_room_takes_part_with_a_rule_of_its_own(haruto: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_parts", {})
    heard: list[Any] = []
    parts.register(
        parts.Part(
            "consent",
            merged=lambda merge, found: [record.pk for record in found],
            unmerged=lambda merge, kept: heard.append(kept),
        )
    )
    one, two = make(haruto, "book", title="Kokoro"), make(haruto, "book", title="Kokoro")
    merging.unmerge_records(actor=haruto, merge=merge(haruto, one, two))
    assert heard == [[one.pk, two.pk]]
