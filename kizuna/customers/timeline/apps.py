from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimelineConfig(AppConfig):
    name = "kizuna.customers.timeline"
    label = "timeline"
    verbose_name = _("Timeline")

    def ready(self) -> None:
        from kizuna.base.ui import form_parts, reaches, shown
        from kizuna.customers.timeline import queries, services, views

        def change(actor, record, **how):  # type: ignore[no-untyped-def]
            return services.change_meeting(actor=actor, meeting=record, **how)

        reaches.register("meeting", reaches.Reaches(services.reaches_of, change, take_back="rejoin_series"))
        shown.add_alert("meeting", views.invitation)
        for key in queries.REACH:
            shown.add_panel(key, views.panel)
            shown.add_alert(key, views.alert)
        form_parts.register(
            form_parts.FormPart("interaction", "timeline/follow_up.html", views.follow_up, views.keep_follow_up)
        )
