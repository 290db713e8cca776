"""What the other tests find in their database."""

from __future__ import annotations

import pytest

from kizuna.base.identity.models import Role
from tests import database


@pytest.mark.django_db(transaction=True)
def test_a_process_that_has_committed_finds_what_kizuna_brings_again() -> None:
    Role.objects.create(name="Kept by nobody")
    Role.objects.exclude(name="Kept by nobody").delete()
    database.renew()
    assert Role.objects.exists()
    assert not Role.objects.filter(name="Kept by nobody").exists()
