from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "kizuna.customers.quality"
    label = "quality"
    verbose_name = _("Data quality")

    def ready(self) -> None:
        from kizuna.base.ui import shell, shown
        from kizuna.customers.quality import views
        from kizuna.customers.quality.models import checks
        from kizuna.customers.quality.queries import figures

        for key in checks.KINDS:
            shown.add_panel(key, views.panel)
        shell.add_page(
            "/quality",
            _("Data quality"),
            "heart-rate-monitor",
            lambda actor: bool(figures.looked_after(actor)),
            after="household",
        )
