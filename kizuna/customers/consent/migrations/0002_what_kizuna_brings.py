"""The key of the suppression list, the purposes and policy packs that every Kizuna begins with, and who may do what."""

import secrets

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)

PURPOSES = {
    "marketing": ("Marketing", "Offers, and news about what we sell.", 4, 30),
    "newsletter": ("Newsletter", "Our newsletter, which comes regularly.", None, None),
    "product_information": (
        "Product information", "How to use and look after what you have from us.", None, None
    ),
    "survey": ("Surveys", "Questions about how content you are.", 1, 90),
    "tracking": ("Measuring", "What you open and visit, so that we can suit it to you.", None, None),
    "service": (
        "Service messages", "What you need to know about an order, an appointment or a question of yours.", None, None
    ),
}  # fmt: skip
OFFERED = {"tracking": ["web"], "newsletter": ["email"]}
EU = tuple(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905 - a list of thirty lines says no more
)  # fmt: skip
LOUD = ["email", "sms", "phone", "push", "chat", "social", "fax"]
PACKS = {
    "eu": {
        "name": "European Union (GDPR, ePrivacy)", "countries": list(EU), "opt_out_channels": ["post"],
        "quiet_from": 20, "quiet_until": 8, "quiet_channels": ["phone"],
        "note": "Prior consent for electronic advertising; letters until the person objects. Verify with counsel.",
    },
    "jp": {
        "name": "Japan (特定電子メール法)", "countries": ["JP"], "opt_out_channels": ["post", "phone", "fax"],
        "quiet_from": 21, "quiet_until": 8, "quiet_channels": ["phone"],
        "note": "Prior consent for e-mail and text messages, with the sender named in each. Verify with counsel.",
    },
    "kr": {
        "name": "Korea (정보통신망법)", "countries": ["KR"], "opt_out_channels": ["post"],
        "quiet_from": 21, "quiet_until": 8, "quiet_channels": LOUD, "reconfirm_days": 730, "label": "(광고)",
        "note": "Prior consent, the label in each subject, none at night, confirmed every two years. "
                "Verify with counsel.",
    },
    "everywhere": {
        "name": "Everywhere else", "countries": [], "opt_out_channels": ["post"],
        "quiet_from": 21, "quiet_until": 8, "quiet_channels": ["phone", "sms"],
        "note": "For countries without a pack, and where we do not know the country.",
    },
}  # fmt: skip
SEEN = ("consent", "wording", "purpose", "policypack")
SET_UP = ("create", "update", "delete", "bulk", "import", "publish_wording")
ADVERTISERS = ("administrator", "manager", "marketer", "support_agent")


def bring(apps, schema_editor):
    alias = schema_editor.connection.alias
    apps.get_model("consent", "Pepper").objects.using(alias).get_or_create(
        pk=1, defaults={"secret": secrets.token_hex(32)}
    )
    purposes = apps.get_model("consent", "Purpose").objects.using(alias)
    for code, (name, meaning, most, days) in PURPOSES.items():
        values = {"name": name, "meaning": meaning, "most": most, "within_days": days, "sort_key": name.lower()}
        values |= {"channels": OFFERED.get(code, [])}
        purposes.get_or_create(code=code, defaults=values)
    packs = apps.get_model("consent", "PolicyPack").objects.using(alias)
    for code, values in PACKS.items():
        packs.get_or_create(code=code, defaults=values | {"sort_key": values["name"].lower()})


def grant(apps, schema_editor):
    """Everybody who sees a contact sees what they agreed to; only administrators set up, and only those who advertise
    or answer customers touch the suppression list."""
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        rows = [(kind, "read", ALL) for kind in SEEN]
        rows += [(kind, "export", NONE) for kind in SEEN if role.code in ("salesperson", "support_agent", "viewer")]
        if role.code != "administrator":
            rows += [(kind, operation, NONE) for kind in ("purpose", "policypack") for operation in SET_UP]
        may = ALL if role.code in ADVERTISERS else NONE
        rows += [("suppression", operation, may) for operation in ("read", "suppress", "lift_suppression")]
        for kind, operation, scope in rows:
            grants.get_or_create(role_id=role.pk, resource=kind, operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0001_initial"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [
        migrations.RunPython(bring, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
