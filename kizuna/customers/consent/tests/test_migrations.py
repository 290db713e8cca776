"""What was written down before an update still holds after it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from kizuna.customers.consent.models import OptIn, PolicyPack, Purpose
from tests.database import EmptyDatabase

BEFORE = ("consent", "0006_who_may_copy_and_erase")
ASKED_BEFORE = ("consent", "0007_whole_caps_and_hours")


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


def test_who_was_asked_before_leads_were_can_still_answer_and_korea_gets_mail_at_night(
    empty_database: EmptyDatabase,
) -> None:
    with empty_database():
        call_command("migrate", *ASKED_BEFORE, verbosity=0)
        apps = MigrationLoader(connection).project_state([ASKED_BEFORE]).apps
        packs = apps.get_model("consent", "PolicyPack").objects
        assert "email" in packs.get(code="kr").quiet_channels
        packs.create(code="kr-ours", name="Ours", countries=["KP"], quiet_channels=["email", "sms"])
        yoko = apps.get_model("contacts", "Contact").objects.create(family_name="山本")
        newsletter = apps.get_model("consent", "Purpose").objects.get(code="newsletter")
        apps.get_model("consent", "OptIn").objects.create(
            contact=yoko, purpose=newsletter, expires_at=timezone.now() + dt.timedelta(days=5)
        )
        call_command("migrate", "consent", verbosity=0)
        assert OptIn.objects.values_list("resource", "record_id").get() == ("contact", yoko.pk)
        assert "email" not in PolicyPack.objects.get(code="kr").quiet_channels
        assert "email" in PolicyPack.objects.get(code="kr-ours").quiet_channels
