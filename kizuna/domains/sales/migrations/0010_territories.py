import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from kizuna.base.records.constraints import RowCheck


def to_territory():
    return models.ForeignKey(
        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
        to="territories.territory", verbose_name="territory",
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("sales", "0009_one_word_for_tax"), ("territories", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="quota", name="sales_quota_of_somebody"),
        migrations.AddField(model_name="opportunity", name="territory", field=to_territory()),
        migrations.AddField(
            model_name="opportunity",
            name="territory_pinned_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="territory chosen"),
        ),
        migrations.AddField(
            model_name="opportunitystate",
            name="territory",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territories.territory",
            ),
        ),
        migrations.AddField(model_name="quota", name="territory", field=to_territory()),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=Q(deleted_at__isnull=True) & Q(territory__isnull=False),
                fields=["territory", "id"],
                name="sales_opp_territory",
            ),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=RowCheck(
                condition=Q(person__isnull=False, team=None, territory=None)
                | Q(person=None, team__isnull=False, territory=None)
                | Q(person=None, team=None, territory__isnull=False),
                name="sales_quota_of_somebody",
                violation_error_message="A quota is that of a colleague, of a team or of a territory.",
            ),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.UniqueConstraint(
                condition=Q(deleted_at__isnull=True) & Q(territory__isnull=False),
                fields=["territory", "begins_on", "span"],
                name="sales_quota_territory_once",
                violation_error_message="The territory has a quota for this period: change it.",
            ),
        ),
    ]
