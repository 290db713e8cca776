"""A page asks the database the same number of questions for few rows and for many, whoever looks at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kizuna.base.identity.models import Token, User
from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources.fields.kept import KeptRelation
from kizuna.base.resources.resource import RelatedList, Resource
from kizuna.base.saved_views.models import SavedView
from kizuna.base.saved_views.services import save_view
from kizuna.base.ui import boards, calendars, maps
from tests.contracts.samples import MADE, make

pytestmark = pytest.mark.django_db

FEW, MANY = 2, 7
"""Together more than a panel, the palette and the tabs show."""
MOST = {
    "list": 12,
    "board": 32,
    "calendar": 14,
    "map": 16,
    "record page": 26,
    "panels": 30,
    "API list": 9,
    "palette": 16,
}
"""Questions that no page of its kind may exceed."""
WORD = "Zebrafisch"
INSTEAD: dict[str, dict[str, Any]] = {
    "relationships.to_company": {"to_contact": None, "kind": "employee"},
    "quotas.territory": {"team": None},
    "customerpreferences.company": {"contact": None},
}
"""What else must change in a row that is to point somewhere else."""
AT_MOST_ONE = {"playbooks.stage"}
"""Where no two rows point to the same record."""

Ask = Callable[[], Any]


@pytest.fixture
def readers(alice: User, haruto: User) -> dict[str, User]:
    """Whoever looks: somebody without bounds, and somebody to whom rows and fields are judged."""
    return {"administrator": alice, "salesperson": haruto}


def browser(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def program(reader: User) -> Client:
    """One that has been here before: a token's first request is noted, which is one question more."""
    _token, secret = Token.issue(reader, "contract")
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/me").status_code == 200
    return client


def questions(ask: Ask) -> int:
    """How many queries an answer takes."""
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


def several(noun: Resource, owner: User, number: int) -> list[Record]:
    return [make(noun, owner, WORD) for _ in range(number)]


def grown(pages: dict[tuple[str, str], Ask], grow: Callable[[], Any]) -> None:
    """No more questions when there is more to show (the palette may show fewer kinds)."""
    before = {name: questions(ask) for name, ask in pages.items()}
    grow()
    next(iter(pages.values()))()  # what was made may be learned of, such as territories
    after = {name: questions(ask) for name, ask in pages.items()}
    assert {name: (before[name], number) for name, number in after.items() if number > before[name]} == {}
    assert {name: number for name, number in after.items() if number > MOST[name[0]]} == {}


def modes(noun: Resource, reader: User) -> list[str]:
    offers = {"board": boards.fields_for, "calendar": calendars.fields_for, "map": maps.fields_for}
    return [mode for mode, fields_for in offers.items() if fields_for(noun, reader)]


def test_lists_boards_calendars_maps_and_the_palette_ask_as_much_for_many_rows(
    noun: Resource, readers: dict[str, User]
) -> None:
    """One question for each lane, however many cards; two for all days."""
    haruto = readers["salesperson"]
    several(noun, haruto, FEW)
    pages: dict[tuple[str, str], Ask] = {}
    for who, reader in readers.items():
        web, api = browser(reader), program(reader)
        pages["list", who] = partial(web.get, f"/{noun.plural}")
        pages["API list", who] = partial(api.get, f"/api/v1/{noun.plural}")
        for mode in modes(noun, reader):
            pages[mode, who] = partial(web.get, f"/{noun.plural}?mode={mode}")
    pages["palette", "salesperson"] = partial(browser(haruto).get, "/palette?q=zebra")  # whose rows are judged
    grown(pages, lambda: several(noun, haruto, MANY))


@pytest.mark.parametrize("noun", [MADE, "company"], indirect=True)  # the tabs are the same above every list
def test_a_list_asks_one_question_for_its_saved_views_however_many(noun: Resource, readers: dict[str, User]) -> None:
    """Also when one of them is open: tabs and view come together."""

    def keep(number: int) -> list[SavedView]:
        names = [f"View {place} of {number}" for place in range(number)]
        keeper = readers["administrator"]
        return [save_view(actor=keeper, resource=noun.key, name=name, audience="everyone") for name in names]

    clients = [browser(reader) for reader in readers.values()]
    assert [client.get(f"/{noun.plural}").status_code for client in clients] == [200, 200]
    before = [questions(partial(client.get, f"/{noun.plural}")) for client in clients]
    views = keep(MANY)
    for address in (f"/{noun.plural}", f"/{noun.plural}?view={views[0].pk}"):
        assert [questions(partial(client.get, address)) for client in clients] == before


def lead(neighbour: Record, panel: RelatedList, record: Record) -> None:
    """Have a neighbour point to a record."""
    if isinstance(panel.field, KeptRelation):
        records.update(actor=SYSTEM, record=neighbour, changes={panel.field.name: record.pk})
    else:
        changed = panel.resource.model.objects.filter(pk=neighbour.pk)
        changed.update(**{panel.field.id_path: record.pk}, **INSTEAD.get(panel.name, {}))


def test_a_record_page_asks_as_much_with_many_neighbours(noun: Resource, readers: dict[str, User]) -> None:
    haruto = readers["salesperson"]
    record = make(noun, haruto, WORD)

    def relate(number: int) -> None:
        for panel in noun.related_lists:
            if "create" in panel.resource.operations and panel.name not in AT_MOST_ONE:
                for neighbour in several(panel.resource, haruto, number):
                    lead(neighbour, panel, record)

    relate(FEW)
    address = noun.record_url(record.pk)
    pages: dict[tuple[str, str], Ask] = {}
    for who, reader in readers.items():
        pages["record page", who] = partial(browser(reader).get, address)
        pages["panels", who] = partial(browser(reader).get, f"{address}/panels", headers={"HX-Request-Type": "partial"})
    grown(pages, lambda: relate(MANY))
