import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("identity", "0003_cache_table")]

    operations = [
        migrations.CreateModel(
            name="Layout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.CharField(max_length=60)),
                ("sections", models.JSONField(default=list)),
                ("hidden", models.JSONField(default=list)),
                ("required", models.JSONField(default=list)),
                ("version", models.PositiveIntegerField(default=0)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "role",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="identity.role",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("resource", "role"), name="layouts_one_per_role"),
                    models.UniqueConstraint(
                        condition=models.Q(("role", None)), fields=("resource",), name="layouts_one_for_everybody"
                    ),
                ],
            },
        ),
    ]
