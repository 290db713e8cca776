"""Personas: people with roles in a tree of teams, for tests of any room."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from kizuna.base.access.models import FieldRule, Grant, Scope
from kizuna.base.identity.models import Role, Team, User

MakeUser = Callable[..., User]


def bring_built_in_roles() -> None:
    """The roles and grants of the migrations, again: a test with real transactions empties every table."""
    if Grant.objects.exists():
        return
    editor = SimpleNamespace(connection=connection)
    import_module("kizuna.base.identity.migrations.0002_built_in_roles").create_roles(apps, editor)
    import_module("kizuna.base.access.migrations.0002_built_in_grants").grant(apps, editor)
    import_module("kizuna.base.access.migrations.0003_grants_to_share").grant(apps, editor)


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """Make a user: `make_user("Dan", role="viewer", team=seoul)`."""
    bring_built_in_roles()

    def make(name: str, *, role: str | Role | None = None, team: Team | None = None, **fields: Any) -> User:
        email = f"{name.lower().replace(' ', '.')}@kizuna.example"
        user = User.objects.create_user(email, "correct horse battery", name=name, team=team, **fields)
        if role is not None:
            user.roles.add(Role.objects.get(code=role) if isinstance(role, str) else role)
        return user

    return make


def _team(name: str, parent: Team | None = None) -> Team:
    """As `create_team` would leave it. Half of all tests begin with one, and how it came about is nothing to them."""
    team = Team.objects.create(name=name, parent=parent)
    team.place_under(parent)
    team.save(update_fields=["path"])
    return team


@pytest.fixture
def headquarters(db: None) -> Team:
    return _team("Headquarters")


@pytest.fixture
def tokyo(headquarters: Team) -> Team:
    return _team("Tokyo", headquarters)


@pytest.fixture
def seoul(headquarters: Team) -> Team:
    return _team("Seoul", headquarters)


@pytest.fixture
def alice(make_user: MakeUser, headquarters: Team) -> User:
    """May do everything."""
    return make_user("Alice", team=headquarters, is_admin=True)


@pytest.fixture
def mika(make_user: MakeUser, headquarters: Team) -> User:
    """Manager at headquarters: reads everything, works with all teams beneath her."""
    return make_user("Mika", role="manager", team=headquarters)


@pytest.fixture
def haruto(make_user: MakeUser, tokyo: Team) -> User:
    """Salesperson in Tokyo."""
    return make_user("Haruto", role="salesperson", team=tokyo)


@pytest.fixture
def sora(make_user: MakeUser, tokyo: Team) -> User:
    """Another salesperson in Tokyo: Haruto's team mate."""
    return make_user("Sora", role="salesperson", team=tokyo)


@pytest.fixture
def carol(make_user: MakeUser, seoul: Team) -> User:
    """Salesperson in Seoul: a stranger to Tokyo's records."""
    return make_user("Carol", role="salesperson", team=seoul)


@pytest.fixture
def victor(make_user: MakeUser, headquarters: Team) -> User:
    """Viewer: reads everything and changes nothing."""
    return make_user("Victor", role="viewer", team=headquarters)


@pytest.fixture
def nobody(make_user: MakeUser) -> User:
    """Signed in, without any role."""
    return make_user("Nobody")


@pytest.fixture
def grant(db: None) -> Callable[..., Role]:
    """Make a role with exactly these rights: `grant(haruto, contact={"read": "own"}, task={"read": "all"})`. Beside own
    and team there is "own+territory"."""

    def give(user: User, **rights: dict[str, str]) -> Role:
        role = Role.objects.create(name=f"Rights of {user.name}")
        for resource, operations in rights.items():
            for operation, scope in operations.items():
                reach, _plus, realm = scope.partition("+")
                given = {"scope": Scope[reach.upper()], "realm": realm}
                Grant.objects.create(role=role, resource=resource, operation=operation, **given)
        user.roles.set([role])
        user.__dict__.pop("_permissions", None)
        return role

    return give


@pytest.fixture
def hide(db: None) -> Callable[..., None]:
    """Take a field from all of a user's roles: `hide(haruto, "contact", "birth_on")`, or `access="read_only"`."""

    def take(user: User, resource: str, field: str, access: str = "hidden") -> None:
        for role in user.roles.all():
            FieldRule.objects.create(role=role, resource=resource, field=field, access=access)
        user.__dict__.pop("_permissions", None)

    return take
