"""Roles that an administrator adds, renames and deletes."""

import pytest
from django.utils import translation

from kizuna.base.identity import services
from kizuna.base.identity.events import RoleCreated, RoleDeleted, RoleRenamed
from kizuna.base.identity.models import Role
from kizuna.base.types.errors import Denied, Invalid, Refused


def test_a_role_is_added_and_renamed(aiko, published):
    role = services.create_role(actor=aiko, name=" Store clerk ", description="Serves at the counter.")
    services.rename_role(actor=aiko, role=role, name="Cashier", description="")
    role.refresh_from_db()
    assert (role.name, role.description, role.code) == ("Cashier", "", None)
    assert published.one(RoleCreated).role_id == published.one(RoleRenamed).role_id == role.pk


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "viewer", "閲覧者"])
def test_a_role_needs_a_name_of_its_own(aiko, name):
    with translation.override("ja"), pytest.raises(Invalid) as caught:
        services.create_role(actor=aiko, name=name)
    assert list(caught.value.errors) == ["name"]


def test_a_name_saved_as_it_was_translated_stays_translated(aiko):
    manager = Role.objects.get(code="manager")
    with translation.override("ja"):
        services.rename_role(actor=aiko, role=manager, name=manager.title, description=manager.summary)
    manager.refresh_from_db()
    assert manager.title == "Manager"


def test_a_role_that_nobody_has_is_deleted(aiko, published):
    role = services.create_role(actor=aiko, name="Store clerk")
    services.delete_role(actor=aiko, role=role)
    assert not Role.objects.filter(name="Store clerk").exists()
    assert published.one(RoleDeleted).role_id


def test_a_role_that_somebody_has_or_that_kizuna_brings_stays(aiko, ben):
    role = services.create_role(actor=aiko, name="Store clerk")
    services.set_roles(actor=aiko, user=ben, roles=[role])
    with pytest.raises(Refused, match="have this role: 1"):
        services.delete_role(actor=aiko, role=role)
    with pytest.raises(Refused, match="Kizuna brings"):
        services.delete_role(actor=aiko, role=Role.objects.get(code="viewer"))


def test_only_an_administrator_changes_roles(aiko, ben):
    role = services.create_role(actor=aiko, name="Store clerk")
    for attempt in (
        lambda: services.create_role(actor=ben, name="Mine"),
        lambda: services.rename_role(actor=ben, role=role, name="Mine", description=""),
        lambda: services.delete_role(actor=ben, role=role),
    ):
        with pytest.raises(Denied):
            attempt()
