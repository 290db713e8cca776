"""When how much of the time to answer is gone, of which part people were told, and who is to hear of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0005_by_territory"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="half_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="lead",
            name="nine_tenths_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="lead",
            name="target",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.responsetarget",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="three_quarters_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="lead",
            name="warned",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="responsetarget",
            name="leader_hears",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (50, "When half of the time is gone"),
                    (75, "When three quarters of it are gone"),
                    (90, "When nine tenths of it are gone"),
                    (100, "When it is overdue"),
                    (101, "Never"),
                ],
                default=90,
                verbose_name="who leads the team is warned",
            ),
        ),
        migrations.AddField(
            model_name="responsetarget",
            name="owner_hears",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (50, "When half of the time is gone"),
                    (75, "When three quarters of it are gone"),
                    (90, "When nine tenths of it are gone"),
                    (100, "When it is overdue"),
                    (101, "Never"),
                ],
                default=50,
                verbose_name="its owner is warned",
            ),
        ),
    ]
