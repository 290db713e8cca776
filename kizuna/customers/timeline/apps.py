from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimelineConfig(AppConfig):
    name = "kizuna.customers.timeline"
    label = "timeline"
    verbose_name = _("Timeline")

    def ready(self) -> None:
        from kizuna.base.ui import reaches
        from kizuna.customers.timeline import services

        def change(actor, record, **how):  # type: ignore[no-untyped-def]
            return services.change_meeting(actor=actor, meeting=record, **how)

        reaches.register("meeting", reaches.Reaches(services.reaches_of, change, take_back="rejoin_series"))
