"""The tax classes and rates that every Kizuna begins with, and who may do what with the catalogue."""

from django.db import migrations

NONE, OWN, TEAM, ALL = range(4)

CLASSES = {"Standard rate": False, "Reduced rate": True, "Exempt from tax": False}
RATES = {
    "JP": ("消費税", "2019-10-01", "10", "8"),
    "KR": ("부가가치세", "1977-07-01", "10", None),
    "DE": ("USt.", "2021-01-01", "19", "7"),
    "AT": ("USt.", "2016-01-01", "20", "10"),
    "CH": ("MWST", "2024-01-01", "8.1", "2.6"),
    "FR": ("TVA", "2014-01-01", "20", "5.5"),
    "BE": ("BTW/TVA", "1996-01-01", "21", "6"),
    "NL": ("BTW", "2019-01-01", "21", "9"),
    "IT": ("IVA", "2013-10-01", "22", "10"),
    "ES": ("IVA", "2012-09-01", "21", "10"),
    "GB": ("VAT", "2011-01-04", "20", "5"),
}
"""country: name on invoices, since, standard and reduced rate in per cent"""

KINDS = ("product", "category", "bundleitem", "pricebook", "price", "taxclass", "taxrate", "exchangerate")
SET_UP = ("create", "update", "delete", "bulk", "import", "export", "share")
VERBS = {
    "product": ("discontinue_product", "offer_product_again"),
    "pricebook": ("adjust_prices", "copy_price_book"),
}


def bring(apps, schema_editor):
    alias = schema_editor.connection.alias
    classes = apps.get_model("catalog", "TaxClass").objects.using(alias)
    made = {
        name: classes.get_or_create(name=name, defaults={"is_reduced": is_reduced, "sort_key": name.lower()})[0]
        for name, is_reduced in CLASSES.items()
    }
    rates = apps.get_model("catalog", "TaxRate").objects.using(alias)
    for country, (title, since_on, *percents) in RATES.items():
        for name, percent in zip(CLASSES, [*percents, "0"], strict=True):
            if percent is not None:
                rates.get_or_create(
                    tax_class=made[name], country=country, since_on=since_on,
                    defaults={"percent": percent, "title": title},
                )  # fmt: skip


def grant(apps, schema_editor):
    """Everybody sees what is sold and at which price; administrators and managers decide it."""
    alias = schema_editor.connection.alias
    grants = apps.get_model("access", "Grant").objects.using(alias)
    for role in apps.get_model("identity", "Role").objects.using(alias).exclude(code=None):
        decides = role.code in ("administrator", "manager")
        for kind in KINDS:
            rows = [("read", ALL), *((one, ALL if decides else NONE) for one in (*SET_UP, *VERBS.get(kind, ())))]
            for operation, scope in rows:
                grants.get_or_create(role_id=role.pk, resource=kind, operation=operation, defaults={"scope": scope})


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("access", "0003_grants_to_share"),
        ("identity", "0002_built_in_roles"),
    ]
    operations = [
        migrations.RunPython(bring, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
