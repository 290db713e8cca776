"""The lines that stages had as a checklist become items of their playbooks, which can be ticked; who reads playbooks
reads what was ticked in the deals they see."""

from django.db import migrations

from kizuna.base.types.names import folded
from kizuna.base.types.text import sort_key, truncate

ALL = 3
GAP = 1024


def carry_over(apps, schema_editor):
    alias = schema_editor.connection.alias
    stages = apps.get_model("sales", "Stage").objects.using(alias).exclude(checklist="").order_by("pk")
    playbooks = apps.get_model("sales", "Playbook").objects.using(alias)
    steps = apps.get_model("sales", "PlaybookStep").objects.using(alias)
    deals = apps.get_model("sales", "Opportunity").objects.using(alias)
    for stage in stages:
        lines = [line for line in map(str.strip, stage.checklist.splitlines()) if line]
        playbook = playbooks.filter(stage=stage, deleted_at=None).first()
        if playbook is None:
            names = {"sort_key": sort_key(stage.name), "folded_names": folded(stage.name)}
            playbook = playbooks.create(
                stage=stage, name=stage.name, owner_id=stage.owner_id, deleted_at=stage.deleted_at, **names
            )
        last = steps.filter(playbook=playbook).order_by("-position").values_list("position", flat=True).first() or 0
        for number, line in enumerate(lines, start=1):
            steps.create(
                playbook=playbook, kind="check", words=truncate(line, 300), owner_id=stage.owner_id,
                position=last + number * GAP,
            )  # fmt: skip
        if playbook.is_active:
            deals.filter(stage=stage).update(items=len(lines), open_items=len(lines))


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        grants.get_or_create(role_id=role.pk, resource="playbooktick", operation="read", defaults={"scope": ALL})


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0015_checklists"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
