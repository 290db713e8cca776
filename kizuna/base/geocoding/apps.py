from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class GeocodingConfig(AppConfig):
    name = "kizuna.base.geocoding"
    label = "geocoding"
    verbose_name = _("Geocoding")

    def ready(self) -> None:
        from kizuna.base.geocoding import packs

        packs.register_all(settings.POSTAL_DIR)
