import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kizuna.base.identity.models import User
from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.search import queries as search
from kizuna.customers.contacts.models import Contact
from kizuna.server.bench import copies, processor, report


@pytest.fixture
def mori(transactional_db: None) -> Record:
    values = {"family_name": "森", "given_name": "葉子", "emails": [{"value": "yoko@mori.example"}]}
    company = records.create(actor=SYSTEM, resource=registry.get("company"), values={"name": "Mori"})
    return records.create(actor=SYSTEM, resource=registry.get("contact"), values=values | {"company": company.pk})


def test_copies_have_addresses_and_neighbours_of_their_own(
    mori: Record, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "BIGGEST_SHARE", 10**9)  # no number of ours, whatever was given out before
    copies.multiply(3)
    assert sorted(Contact.objects.values_list("email", flat=True)) == [
        "yoko1@mori.example", "yoko2@mori.example", "yoko@mori.example",
    ]  # fmt: skip
    assert len(set(Contact.objects.values_list("company_id", flat=True))) == 3
    assert {hit.id for hit in search.find(alice, "森")} >= set(Contact.objects.values_list("pk", flat=True))


def test_copying_leaves_every_index_in_place_and_numbers_go_on(mori: Record) -> None:
    before = indexes()
    copies.multiply(3)
    assert indexes() == before
    made = records.create(actor=SYSTEM, resource=registry.get("contact"), values={"family_name": "Next"})
    assert made.pk > max(Contact.objects.exclude(pk=made.pk).values_list("pk", flat=True))


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, Contact._meta.db_table))


@pytest.mark.django_db
def test_contacts_are_only_loaded_into_an_empty_database(alice: User) -> None:
    records.create(actor=alice, resource=registry.get("contact"), values={"family_name": "Mori"})
    with pytest.raises(CommandError, match="empty"):
        call_command("bench", "load", contacts=10, stdout=StringIO())


def figures(contacts: int, cost: float, goal: str) -> dict[str, Any]:
    spread = {"median": cost, "p95": cost, "cost": cost}
    row = {"name": "List", "goal": goal, "queries": 3, "bytes": 2048, "rounds": 9, "one": spread, "many": spread}
    row |= {"floor": {"median": 2.0, "p95": 2.0, "cost": 2.0}, "rate": 100.0}
    return {"database": "SQLite 3", "contacts": contacts, "on": "2026-01-01", "rows": [row], "memory": {"web 1": 2**20}}


def test_the_report_shows_a_page_beside_the_floor_and_its_growth() -> None:
    page = report.written([figures(10_000, 4.0, "page"), figures(1_000_000, 5.0, "page")])
    assert "| List | 3 | 2.50 | 1.25 |" in page
    assert "All were reached." in page


@pytest.mark.parametrize(
    ("goal", "cost", "words"),
    [
        ("page", 14.0, "7.0 × the floor, grows 3.50 ×"),
        ("search", 25.0, "25.0 ms"),
        ("create", 9.0, "100 a second, 67 where the floor takes 3 ms"),
    ],
)
def test_the_report_says_which_aims_were_missed(goal: str, cost: float, words: str) -> None:
    page = report.written([figures(10_000, 4.0, goal), figures(1_000_000, cost, goal)])
    assert f"List: {words}" in page


IMPORTED = {
    "database": "SQLite 3",
    "rows": 100_000,
    "processor_seconds": 10.0,
    "rows_per_second": 9_000,
    "floor_ms": 6.0,
    "rows_per_second_unchanged": 20_000,
    "raw_rows_per_second": 36_000,
    "ratio_to_raw": 4.0,
    "memory_mb_early": 120,
    "memory_mb_end": 121,
}


def test_the_report_has_the_imports_and_says_when_they_are_too_slow() -> None:
    page = report.written([figures(10_000, 4.0, "page")], [IMPORTED])
    assert "| SQLite 3 | 100,000 | 9,000 | 6.0 | 18,000 | 100 | 20,000 | 36,000 | 4.0 | 120 → 121 MB |" in page
    assert "SQLite 3: Import: 9,000 rows a second (18,000 where the floor takes 3 ms)." in page
    assert "Missed" not in report.written([figures(10_000, 4.0, "page")], [IMPORTED | {"rows_per_second": 15_000}])


def test_an_address_book_is_imported_and_measured(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    call_command("bench", "import", rows=30, json=tmp_path / "figures.json", stdout=StringIO())
    found = json.loads((tmp_path / "figures.json").read_text())
    assert (found["created"], found["unchanged_again"], found["rejected"]) == (30, 30, 0)
    assert found["floor_ms"] > 0
    assert found["pace_at_the_end"] > 0
    with pytest.raises(CommandError, match="empty"):
        call_command("bench", "import", rows=30, stdout=StringIO())


def test_contacts_are_changed_at_once_and_measured(alice: User, tmp_path: Path) -> None:
    people = [Contact(family_name=f"Mori {number}") for number in range(12)]
    records.create_many(actor=alice, resource=registry.get("contact"), records=people)
    call_command("bench", "bulk", rows=10, json=tmp_path / "figures.json", stdout=StringIO())
    found = json.loads((tmp_path / "figures.json").read_text())
    assert (found["rows"], found["changed"]) == (10, [10, 10, 10, 10, 10])
    page = report.written([figures(10_000, 4.0, "page") | {"bulk": found}])
    assert "Many contacts changed at once" in page


def test_the_door_is_asked_of_contacts_that_are_here(alice: User, tmp_path: Path) -> None:
    people = [Contact(family_name=f"Mori {number}") for number in range(3)]
    records.create_many(actor=alice, resource=registry.get("contact"), records=people)
    call_command("bench", "ask", json=tmp_path / "figures.json", stdout=StringIO())
    assert json.loads((tmp_path / "figures.json").read_text())["checks"] == 3


def test_the_jobs_of_the_night_are_timed(db: None, tmp_path: Path) -> None:
    call_command("bench", "jobs", json=tmp_path / "figures.json", stdout=StringIO())
    found = json.loads((tmp_path / "figures.json").read_text())["jobs"]
    assert [one["rows"] for one in found] == [0, 0, 0, 0]


def test_a_process_that_has_just_ended_has_used_nothing_more() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    assert processor.used(ended.pid) == 0.0
