from django.db import migrations, models

from kizuna.base.types import places

LIVE = models.Q(("deleted_at__isnull", True))
PLACE = ("country", "region", "city")


def place_in_cities(apps, schema_editor):
    """Records that are there already get the middle of their city: one statement for each city. Those in the trash get
    it when they are changed next."""
    for name in ("Contact", "Company"):
        rows = apps.get_model("contacts", name).objects.using(schema_editor.connection.alias)
        for place in list(rows.filter(LIVE).exclude(country="").values_list(*PLACE).distinct()):
            if found := places.of_city(*place):
                lat, lon = found.millionths
                here = rows.filter(LIVE, position__isnull=True, **dict(zip(PLACE, place, strict=True)))
                here.update(position=lat, position_lon=lon, position_told=found.precision)
    households = apps.get_model("contacts", "Household").objects.using(schema_editor.connection.alias)
    for household in households.filter(LIVE).only("addresses").iterator(chunk_size=2000):
        main = next((one for one in household.addresses if one.get("primary")), None)
        if main and (found := places.following(None, main)):
            lat, lon = found.millionths
            households.filter(pk=household.pk).update(position=lat, position_lon=lon, position_told=found.precision)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0007_positions")]

    operations = [migrations.RunPython(place_in_cities, migrations.RunPython.noop, elidable=True)]
