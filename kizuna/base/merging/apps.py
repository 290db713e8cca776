from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MergingConfig(AppConfig):
    name = "kizuna.base.merging"
    label = "merging"
    verbose_name = _("Merging")

    def ready(self) -> None:
        from kizuna.base.merging import checks  # noqa: F401 - it registers itself
        from kizuna.base.merging.services import forgetting  # noqa: F401 - so does this
