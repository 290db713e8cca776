from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    name = "kizuna.base.resources"
    label = "resources"
    verbose_name = _("Resources")

    def ready(self) -> None:
        from kizuna.base.resources import checks, people  # noqa: F401 - both register themselves

        autodiscover_modules("policies")
        autodiscover_modules("resources")
