from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    name = "kizuna.customers.consent"
    label = "consent"
    verbose_name = _("Consent")

    def ready(self) -> None:
        from kizuna.base.records import indexes
        from kizuna.customers.consent import services
        from kizuna.customers.consent.models import MARKED_BY

        indexes.register(
            services.mark_suppressed, reads=lambda resource: MARKED_BY if resource.key == "contact" else ()
        )
