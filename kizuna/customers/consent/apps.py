from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    name = "kizuna.customers.consent"
    label = "consent"
    verbose_name = _("Consent")

    def ready(self) -> None:
        from kizuna.base.access import policy
        from kizuna.base.merging import parts
        from kizuna.base.records import indexes, notices, returning
        from kizuna.base.transfer.importing import gates
        from kizuna.base.ui import shell, shown
        from kizuna.customers.consent import services, views
        from kizuna.customers.consent.models import MARKED_BY
        from kizuna.customers.consent.services import (
            checking,  # noqa: F401 - it registers itself
            declining,
        )
        from kizuna.customers.consent.services.merging import PART

        indexes.register(
            services.mark_suppressed, reads=lambda resource: MARKED_BY if resource.key == "contact" else ()
        )
        gates.register(services.keep_out_erased)
        notices.register(services.tell_of_erased)
        returning.register(services.stay_erased)
        parts.register(PART)
        declining.register()
        shown.add_panel("contact", views.panel, instead_of=("consent",))
        shell.add_page(
            "/suppression-check",
            _("Look up an address"),
            "mail-question",
            lambda actor: policy.permissions_of(actor).can("suppression", "read"),
            after="suppression",
        )
