"""What the other tests find in their database."""

from __future__ import annotations

import pytest
from django.db import models

from kizuna.base.identity.models import Role
from kizuna.base.testing import tables
from tests import database


class Plate(models.Model):
    """Known to nobody but these tests."""

    pattern = models.CharField(max_length=20)

    class Meta:
        app_label = "tests_only"

    def __str__(self) -> str:
        return self.pattern


@pytest.mark.django_db(transaction=True)
def test_a_process_that_has_committed_finds_what_kizuna_brings_again() -> None:
    Role.objects.create(name="Kept by nobody")
    Role.objects.exclude(name="Kept by nobody").delete()
    database.renew()
    assert Role.objects.exists()
    assert not Role.objects.filter(name="Kept by nobody").exists()


@pytest.mark.django_db(transaction=True)
def test_it_finds_tables_of_tests_alone_again_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_made", tables._made[:])
    tables.create_tables([Plate])
    Plate.objects.create(pattern="willow")
    database.renew()
    assert not Plate.objects.exists()
