from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DuplicatesConfig(AppConfig):
    name = "kizuna.base.duplicates"
    label = "duplicates"
    verbose_name = _("Duplicates")

    def ready(self) -> None:
        from kizuna.base.duplicates import marking, services  # noqa: F401 - marking registers itself
        from kizuna.base.merging import parts
        from kizuna.base.transfer import likeness

        parts.register(services.PART)
        likeness.register(services.ASKING)
