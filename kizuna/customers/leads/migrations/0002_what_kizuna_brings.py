"""The rules that every Kizuna begins with, and who may do what with leads."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)

SCORES = (
    ("Works at a company", 15, {"field": "company_name", "op": "is_not_empty"}),
    ("Can be called", 10, {"field": "phones", "op": "is_not_empty"}),
    ("Said what they need", 15, {"field": "message", "op": "is_not_empty"}),
    ("Named a product", 15, {"field": "product", "op": "is_not_empty"}),
    ("Was recommended", 25, {"field": "source", "op": "is", "value": "referral"}),
    ("Came to an event", 10, {"field": "source", "op": "is", "value": "event"}),
    (
        "We know them already",
        20,
        {"any": [{"field": "contact", "op": "is_not_empty"}, {"field": "company", "op": "is_not_empty"}]},
    ),
    ("Asked more than once", 15, {"field": "enquiries", "op": "gte", "value": 2}),
)
TARGETS = (
    ("Grade A", 60, {"field": "grade", "op": "is", "value": "A"}),
    ("Everybody else", 240, {}),
)
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")
TAKERS = ("administrator", "manager", "salesperson", "marketer")


def bring(apps, schema_editor):
    alias = schema_editor.connection.alias
    scores = apps.get_model("leads", "ScoreRule").objects.using(alias)
    for position, (name, points, condition) in enumerate(SCORES, start=1):
        values = {"points": points, "condition": condition, "position": position, "sort_key": name.lower()}
        scores.get_or_create(name=name, defaults=values)
    targets = apps.get_model("leads", "ResponseTarget").objects.using(alias)
    for position, (name, minutes, condition) in enumerate(TARGETS, start=1):
        values = {"minutes": minutes, "condition": condition, "position": position, "sort_key": name.lower()}
        targets.get_or_create(name=name, defaults=values)


def grant(apps, schema_editor):
    """Whoever sells sees every lead, so that nobody is called twice; whose it is changes it."""
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        decides = role.code in ("administrator", "manager")
        rows = [("lead", "take_lead", ALL if role.code in TAKERS else NONE), ("leadtouch", "read", ALL)]
        if role.code == "salesperson":
            rows += [("lead", "read", ALL), ("lead", "create", ALL)]
        for kind in ("scorerule", "responsetarget"):
            rows += [(kind, "read", ALL), *((kind, one, ALL if decides else NONE) for one in SET_UP)]
        for kind, operation, scope in rows:
            grants.get_or_create(role_id=role.pk, resource=kind, operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0001_initial"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [
        migrations.RunPython(bring, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
