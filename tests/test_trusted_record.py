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
from kizuna.customers.consent import services as consent
from kizuna.customers.contacts.models import Company, Contact

ROWS = int(os.environ.get("STORY_ROWS", "60"))
TWICE = ROWS // 10
"""So many people stand in the book a second time, with another address and no number."""

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
    return {name: count for name, count in DryRun.objects.get(source=draft).counts.items() if count}


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
    total = ROWS + TWICE
    company, title = HEADER.index("会社名"), HEADER.index("役職")
    firms = len({row[company] for row in book()})

    # Three times: first in UTF-8, then in Shift_JIS, then with changes and somebody new in the place of the last.
    first = prepared(alice, written(book(), "utf-8-sig"))
    assert tried(alice, first) == brought_in(alice, first) == {"create": total}
    assert (Contact.objects.live().count(), Company.objects.live().count()) == (total, firms)

    again = prepared(alice, written(book(), "cp932"))
    assert tried(alice, again) == brought_in(alice, again) == {"unchanged": total}

    before = as_stored()
    changed = book()
    for row in changed[:TWICE]:
        row[title] = "相談役"
    changed[-1][HEADER.index("メールアドレス")] = "newcomer@home.example"
    changed[-1][0] = "新顔"
    third = prepared(alice, written(changed, "cp932"))
    foreseen = tried(alice, third)
    assert as_stored() == before
    assert foreseen == brought_in(alice, third) == {"create": 1, "update": TWICE, "unchanged": total - TWICE - 1}

    # The changes are taken back, but for what somebody has changed since.
    kept = Contact.objects.filter(job_title="相談役").order_by("pk").first()
    assert kept is not None
    records.update(actor=alice, record=kept, changes={"job_title": "顧問"})
    transfer.start_undo(actor=alice, imported=third)
    run_waiting()
    undone = Undoing.objects.get(source=third)
    assert (undone.removed_count, undone.restored_count, undone.kept_count) == (1, TWICE - 1, 1)
    assert Contact.objects.live().count() == total
    after = [row for row in as_stored() if row["id"] != kept.pk]
    assert after == [row for row in before if row["id"] != kept.pk]

    # Who is there twice is found, and made one.
    contacts = registry.get("contact")
    duplicates.start_scan(actor=alice, resource=contacts)
    run_waiting()
    ids = dict(Contact.objects.live().values_list("email", "pk"))
    twins = {frozenset((ids[f"person{n}@mail{n % 500}.example"], ids[f"second{n}@home.example"])) for n in range(TWICE)}
    found = {frozenset((pair.record_id, pair.other_id)) for pair in Pair.objects.filter(resource="contact")}
    assert twins <= found
    for pair in sorted(map(sorted, twins)):
        survivor, other = (Contact.objects.get(pk=pk) for pk in pair)
        merging.merge_records(actor=alice, resource=contacts, survivor=survivor, others=[other])
    assert Contact.objects.live().count() == ROWS

    # One merge is regretted, and everything is as it was.
    regretted = Merge.objects.order_by("pk").last()
    assert regretted is not None
    two = {regretted.survivor_id, *regretted.others}
    merging.unmerge_records(actor=alice, merge=regretted)
    assert Contact.objects.live().count() == ROWS + 1
    assert [row for row in as_stored() if row["id"] in two - {kept.pk}] == [row for row in after if row["id"] in two]

    # Somebody asks to be forgotten, and the next import of the book leaves them out.
    gone = Contact.objects.live().exclude(pk__in=two).order_by("-pk").first()
    assert gone is not None
    address = gone.email
    consent.erase_person(actor=alice, contact=gone)
    run_waiting()
    last = prepared(alice, written(book(), "utf-8-sig"))
    outcome = tried(alice, last)
    assert outcome == brought_in(alice, last)
    assert outcome["rejected"] == 1
    assert "erased" in str(Rejection.objects.get(source=last).reason)
    assert not Contact.objects.filter(email=address).exists()
    assert "create" not in outcome
