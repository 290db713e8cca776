from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PredictionConfig(AppConfig):
    name = "kizuna.intelligence.prediction"
    label = "prediction"
    verbose_name = _("Prediction")

    def ready(self) -> None:
        from kizuna.base.ui import shown
        from kizuna.intelligence.prediction import queries, views

        for key in queries.KINDS:
            shown.add_panel(key, views.placeholder)
