"""What is to be done in a stage, its playbook says."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sales", "0016_checklists_of_stages")]
    operations = [migrations.RemoveField(model_name="stage", name="checklist")]
