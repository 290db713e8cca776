"""The promise of a customer record that one can trust, as one story with numbers that add up.

An address book comes in three times, once in Shift_JIS and once with changes, the second of them is taken back, its
duplicates are found and merged, a merge is regretted, somebody is erased and does not come back with the file.
`STORY_ROWS=20000` tells it with a large book.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.duplicates import services as duplicates
from kizuna.base.duplicates.models import Pair
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.merging import services as merging
from kizuna.base.merging.models import Merge
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.benchmarks import HEADER, people
from kizuna.base.transfer.models import DryRun, Import, Rejection, Undoing
from kizuna.base.transfer.verdicts import ALIKE, Verdict
from kizuna.customers.consent import services as consent
from kizuna.customers.contacts.models import Company, Contact

ROWS = int(os.environ.get("STORY_ROWS", "60"))
TWICE = ROWS // 10
"""So many people stand in the book a second time, with another address and no number."""
TOTAL = ROWS + TWICE

Row = list[str]


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def book() -> list[Row]:
    once = list(people(ROWS))
    mail, phone = HEADER.index("メールアドレス"), HEADER.index("携帯電話")
    again = [list(row) for row in once[:TWICE]]
    for place, row in enumerate(again):
        row[mail], row[phone] = f"second{place}@home.example", ""
    return once + again


def written(rows: Iterable[Row], encoding: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode(encoding)


def prepared(actor: Any, data: bytes) -> Import:
    file = ContentFile(data, "book.csv")
    return transfer.prepare_import(actor=actor, resource=registry.get("contact"), file=file, name="book.csv")


def tried(actor: Any, draft: Import) -> dict[str, int]:
    transfer.start_dry_run(actor=actor, imported=draft, mapping=draft.mapping, options=draft.options)
    run_waiting()
    counts = DryRun.objects.get(source=draft).counts
    return {str(verdict): counts[verdict] for verdict in Verdict if counts.get(verdict)}


def brought_in(actor: Any, draft: Import) -> dict[str, int]:
    transfer.start_import(actor=actor, imported=draft, mapping=draft.mapping, options=draft.options)
    run_waiting()
    found = Import.objects.get(pk=draft.pk)
    counts = {
        "create": found.created_count,
        "update": found.updated_count,
        "unchanged": found.unchanged_count,
        "skip": found.skipped_count,
        "conflict": found.conflict_count,
        "rejected": found.rejected_count,
    }
    assert sum(counts.values()) == found.position == len(book())
    return {name: count for name, count in counts.items() if count}


def as_stored() -> list[dict[str, Any]]:
    """What contacts say, without who touched them when."""
    passing = {"version", "updated_at", "updated_by_id", "created_at", "created_by_id"}
    rows = Contact.objects.live().order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in passing} for row in rows]


def test_an_address_book_that_one_can_trust(alice: Any) -> None:
    before = comes_in_twice(alice)
    third = comes_in_changed(alice, before)
    after, kept_id = is_taken_back(alice, third, before)
    two = loses_its_twins(alice)
    regrets_a_merge(alice, two, [row for row in after if row["id"] in two], kept_id)
    forgets_somebody(alice, two)


def comes_in_twice(actor: Any) -> list[dict[str, Any]]:
    """First in UTF-8, then in Shift_JIS, which changes nothing."""
    first = prepared(actor, written(book(), "utf-8-sig"))
    assert tried(actor, first) == brought_in(actor, first) == {"create": TOTAL}
    firms = {row[HEADER.index("会社名")] for row in book()}
    assert (Contact.objects.live().count(), Company.objects.live().count()) == (TOTAL, len(firms))
    again = prepared(actor, written(book(), "cp932"))
    assert tried(actor, again) == brought_in(actor, again) == {"unchanged": TOTAL}
    return as_stored()


def comes_in_changed(actor: Any, before: list[dict[str, Any]]) -> Import:
    """Some have another job, and somebody new stands in the place of the last."""
    rows = book()
    for row in rows[:TWICE]:
        row[HEADER.index("役職")] = "相談役"
    rows[-1][HEADER.index("姓")] = "新顔"
    rows[-1][HEADER.index("メールアドレス")] = "newcomer@home.example"
    third = prepared(actor, written(rows, "cp932"))
    foreseen = tried(actor, third)
    assert DryRun.objects.get(source=third).counts[ALIKE] == 1  # with the telephone of who stood there
    assert as_stored() == before
    assert foreseen == brought_in(actor, third) == {"create": 1, "update": TWICE, "unchanged": TOTAL - TWICE - 1}
    return third


def is_taken_back(actor: Any, third: Import, before: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """All of it, but for what somebody has changed since."""
    kept = Contact.objects.filter(job_title="相談役").order_by("pk").first()
    assert kept is not None
    records.update(actor=actor, record=kept, changes={"job_title": "顧問"})
    transfer.start_undo(actor=actor, imported=third)
    run_waiting()
    undone = Undoing.objects.get(source=third)
    assert (undone.removed_count, undone.restored_count, undone.kept_count) == (1, TWICE - 1, 1)
    after = as_stored()
    assert [row for row in after if row["id"] != kept.pk] == [row for row in before if row["id"] != kept.pk]
    assert len(after) == TOTAL
    return after, kept.pk


def loses_its_twins(actor: Any) -> set[int]:
    """Who is there twice is found, and made one. The two of the last merge."""
    contacts = registry.get("contact")
    duplicates.start_scan(actor=actor, resource=contacts)
    run_waiting()
    ids = dict(Contact.objects.live().values_list("email", "pk"))
    twins = [(ids[f"person{n}@mail{n % 500}.example"], ids[f"second{n}@home.example"]) for n in range(TWICE)]
    found = {frozenset((pair.record_id, pair.other_id)) for pair in Pair.objects.filter(resource="contact")}
    assert set(map(frozenset, twins)) <= found
    for pair in twins:
        survivor, other = (Contact.objects.get(pk=pk) for pk in pair)
        merging.merge_records(actor=actor, resource=contacts, survivor=survivor, others=[other])
    assert Contact.objects.live().count() == ROWS
    return set(twins[-1])


def regrets_a_merge(actor: Any, two: set[int], before: list[dict[str, Any]], kept_id: int) -> None:
    """Taken apart, both are as they were."""
    assert kept_id not in two
    merging.unmerge_records(actor=actor, merge=Merge.objects.order_by("-pk")[0])
    assert Contact.objects.live().count() == ROWS + 1
    assert [row for row in as_stored() if row["id"] in two] == before


def forgets_somebody(actor: Any, two: set[int]) -> None:
    """The next import of the book leaves them out, and says so."""
    gone = Contact.objects.live().exclude(pk__in=two).order_by("-pk")[0]
    address = gone.email
    consent.erase_person(actor=actor, contact=gone)
    run_waiting()
    last = prepared(actor, written(book(), "utf-8-sig"))
    foreseen = tried(actor, last)
    assert foreseen == brought_in(actor, last)
    assert (foreseen["rejected"], foreseen.get("create", 0)) == (1, 0)
    assert "erased" in str(Rejection.objects.get(source=last).reason)
    assert not Contact.objects.filter(email=address).exists()
