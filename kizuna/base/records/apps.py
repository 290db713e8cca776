from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "kizuna.base.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from kizuna.base.records.custom import catalogue  # noqa: F401 - says which custom fields are current
        from kizuna.base.types import planning  # noqa: F401 - tells PostgreSQL how to plan
