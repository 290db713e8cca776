"""Own records and those of one's territories: every kind that lies in one × every way in."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from kizuna.base.access.models import Grant, Scope
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import Role, User
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.territories import kinds
from tests.contracts.samples import make
from tests.contracts.test_access import WORD, all_listed, browser, program

pytestmark = pytest.mark.django_db

MINE = {"mine", "placed", "beneath"}


@pytest.fixture(params=["company", "contact", "lead", "opportunity"])
def placed_noun(request: pytest.FixtureRequest) -> Resource:
    return registry.get(request.param)


@pytest.fixture
def rows(placed_noun: Resource, haruto: User, sora: User, carol: User) -> dict[str, Record]:
    """Haruto works in Japan, in which Kanto lies; Carol's records lie there and in Korea."""
    japan = made("territory", name="Japan")
    places = {"placed": japan, "beneath": made("territory", name="Kanto", parent=japan.pk)}
    places["elsewhere"] = made("territory", name="Korea")
    made("territorymember", territory=japan.pk, user=haruto.pk)
    found = {"mine": make(placed_noun, haruto, WORD), "mate": make(placed_noun, sora, WORD)}
    for whose, territory in places.items():
        found[whose] = make(placed_noun, carol, WORD)
        records.update(actor=SYSTEM, record=found[whose], changes={"territory": territory.pk})
    return found


def made(key: str, **values: object) -> Record:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


@pytest.fixture
def allow(haruto: User) -> Callable[..., User]:
    """Haruto with these rights on a noun, as (scope, realm), and everything on what it points to."""

    def give(noun: Resource, **rights: tuple[Scope, str]) -> User:
        role = Role.objects.create(name=f"{noun.key} {rights}")
        Grant.objects.create(role=role, resource="*", operation="read", scope=Scope.ALL)
        for operation, (scope, realm) in rights.items():
            Grant.objects.create(role=role, resource=noun.key, operation=operation, scope=scope, realm=realm)
        haruto.roles.set([role])
        return User.objects.get(pk=haruto.pk)

    return give


OWN_AND_TERRITORIES = (Scope.OWN, "territory")
ALL = (Scope.ALL, "")


def test_reading_reaches_own_records_and_those_of_ones_territories_through_every_way_in(
    placed_noun: Resource, rows: dict[str, Record], allow: Callable[..., User]
) -> None:
    user = allow(placed_noun, read=OWN_AND_TERRITORIES, export=ALL)
    web, api = browser(user), program(user)
    assert {kind.key for kind in kinds.placeable()} == {"company", "contact", "lead", "opportunity"}
    listed = all_listed(placed_noun, "own", rows, web, api, user)
    assert listed == dict.fromkeys(listed, MINE)
    assert web.get(f"/{placed_noun.plural}/count").content.decode().strip().startswith("3")
    for whose, record in rows.items():
        seen = 200 if whose in MINE else 404
        assert web.get(placed_noun.record_url(record.pk)).status_code == seen, whose
        assert api.get(f"/api/v1/{placed_noun.plural}/{record.pk}").status_code == seen, whose


def test_writing_reaches_no_further_than_both_reading_and_the_right_itself(
    placed_noun: Resource, rows: dict[str, Record], allow: Callable[..., User]
) -> None:
    """Haruto reads his own and what lies in his territories, and may change what is his team's."""
    api = program(allow(placed_noun, read=OWN_AND_TERRITORIES, update=(Scope.TEAM, "")))
    told = {
        whose: api.patch(
            f"/api/v1/{placed_noun.plural}/{record.pk}",
            json.dumps({"owner": record.owner_id}),
            content_type="application/json",
        ).status_code
        for whose, record in rows.items()
    }
    assert told == {"mine": 200, "placed": 403, "beneath": 403, "mate": 404, "elsewhere": 404}
    api = program(allow(placed_noun, read=ALL, delete=OWN_AND_TERRITORIES))
    for whose, record in rows.items():
        answer = api.delete(f"/api/v1/{placed_noun.plural}/{record.pk}")
        assert answer.status_code == (204 if whose in MINE else 403), whose
