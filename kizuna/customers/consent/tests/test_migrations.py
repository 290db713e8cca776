"""Rules of which half was missing held nothing: they say so, and the database takes no others."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from kizuna.customers.consent.models import PolicyPack, Purpose
from tests.database import EmptyDatabase

BEFORE = ("consent", "0006_who_may_copy_and_erase")


def test_half_a_rule_becomes_none_and_a_whole_one_stays(empty_database: EmptyDatabase) -> None:
    with empty_database():
        call_command("migrate", *BEFORE, verbosity=0)
        apps = MigrationLoader(connection).project_state([BEFORE]).apps
        for name, one, other in (("Purpose", "most", "within_days"), ("PolicyPack", "quiet_from", "quiet_until")):
            rows = apps.get_model("consent", name).objects
            for code, given in (("a", {one: 3}), ("b", {other: 7}), ("c", {one: 3, other: 7})):
                rows.create(code=code, name=code, **given)
        call_command("migrate", "consent", verbosity=0)
        ours = ("a", "b", "c")
        caps = Purpose.objects.filter(code__in=ours).order_by("code").values_list("most", "within_days")
        hours = PolicyPack.objects.filter(code__in=ours).order_by("code").values_list("quiet_from", "quiet_until")
        assert list(caps) == list(hours) == [(None, None), (None, None), (3, 7)]
        for rows, half in ((Purpose.objects, {"most": None}), (PolicyPack.objects, {"quiet_until": None})):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.filter(code="c").update(**half)
