"""Items of checklists, ticked in deals; and how many there are, and are open, in each deal."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import kizuna.base.types.custom_values


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0014_by_territory"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="opportunity",
            name="items",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="items"),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="open_items",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="open items"),
        ),
        migrations.AddField(
            model_name="playbookstep",
            name="is_needed",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "Of an item or a question: before it is ticked or answered, no deal goes on to a later stage or is "
                    "won. It can always go back, or be lost."
                ),
                verbose_name="needed to go on",
            ),
        ),
        migrations.AlterField(
            model_name="playbookstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("check", "Checklist item"),
                    ("question", "Question"),
                    ("document", "Document"),
                    ("task", "Task"),
                ],
                default="check",
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="playbookstep",
            name="words",
            field=models.CharField(
                help_text=(
                    "What to tick, to ask, to hand over or to do. In the title of a task {{ deal }}, {{ company }}, "
                    "{{ contact }}, {{ stage }} and {{ owner }} stand for what is known."
                ),
                max_length=300,
                verbose_name="words",
            ),
        ),
        migrations.CreateModel(
            name="PlaybookTick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="last change"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("deleted_at", models.DateTimeField(editable=False, null=True, verbose_name="deleted")),
                ("custom", kizuna.base.types.custom_values.CustomValuesField()),
                ("item", models.CharField(max_length=300, verbose_name="ticked")),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sales.opportunity",
                        verbose_name="opportunity",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sales.playbookstep",
                        verbose_name="item",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "tick",
                "verbose_name_plural": "ticks on checklists",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="sales_tick_made",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("opportunity", "step"), name="sales_tick_once")],
            },
        ),
    ]
