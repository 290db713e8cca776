"""The pipeline and the reasons that every Kizuna begins with, and who decides them."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)

STAGES = (
    ("Enquiry", "open", 10, "pipeline"),
    ("Qualified", "open", 25, "pipeline"),
    ("Quote sent", "open", 50, "best_case"),
    ("Negotiation", "open", 75, "commit"),
    ("Won", "won", 100, "closed"),
    ("Lost", "lost", 0, "omitted"),
)
REASONS = {
    "won": ("Best offer", "Trust and references"),
    "lost": ("Too expensive", "Went to a competitor", "No budget", "Plans were given up", "No answer any more"),
}
KINDS = ("pipeline", "stage", "closereason", "competitor")
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")


def bring(apps, schema_editor):
    alias = schema_editor.connection.alias
    pipelines = apps.get_model("sales", "Pipeline").objects.using(alias)
    pipeline, _ = pipelines.get_or_create(
        sort_key="sales", defaults={"name": "Sales", "position": 10, "folded_names": "sales"}
    )
    stages = apps.get_model("sales", "Stage").objects.using(alias)
    for number, (name, kind, probability, category) in enumerate(STAGES, start=1):
        stages.get_or_create(
            pipeline=pipeline, sort_key=name.lower(),
            defaults={
                "name": name, "kind": kind, "probability": probability, "forecast_category": category,
                "position": number * 10, "folded_names": name.lower(),
            },
        )  # fmt: skip
    reasons = apps.get_model("sales", "CloseReason").objects.using(alias)
    for kind, names in REASONS.items():
        for name in names:
            reasons.get_or_create(
                kind=kind, sort_key=name.lower(), defaults={"name": name, "folded_names": name.lower()}
            )


def grant(apps, schema_editor):
    """Everybody sees how we sell; administrators and managers decide it."""
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        decides = role.code in ("administrator", "manager")
        for kind in KINDS:
            for operation, scope in [("read", ALL), *((one, ALL if decides else NONE) for one in SET_UP)]:
                grants.get_or_create(role_id=role.pk, resource=kind, operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0001_initial"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [
        migrations.RunPython(bring, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
