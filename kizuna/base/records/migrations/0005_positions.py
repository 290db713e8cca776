from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0004_indexed_formulas")]

    operations = [
        migrations.AlterField(
            model_name="customfield",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text", "Text"),
                    ("long", "Long text"),
                    ("number", "Number"),
                    ("money", "Money"),
                    ("date", "Day"),
                    ("moment", "Moment"),
                    ("choice", "Choice"),
                    ("choices", "Several choices"),
                    ("boolean", "Yes or no"),
                    ("relation", "Relation"),
                    ("url", "Web address"),
                    ("email", "E-mail"),
                    ("phone", "Phone"),
                    ("position", "Position"),
                    ("formula", "Formula"),
                ],
                max_length=10,
            ),
        ),
    ]
