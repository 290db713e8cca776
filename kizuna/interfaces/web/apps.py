from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "kizuna.interfaces.web"
    label = "web"
    verbose_name = _("Web")

    def ready(self) -> None:
        from kizuna.base.access import policy
        from kizuna.base.ui import form_parts, shell
        from kizuna.interfaces.web import meeting_times, panels
        from kizuna.interfaces.web.views import territories

        panels.register()
        form_parts.register(meeting_times.PART)
        shell.add_page("/", _("Today"), "home")
        shell.add_page(
            "/times",
            _("Find a time"),
            "clock",
            lambda actor: policy.permissions_of(actor).can("meeting", "create"),
            after="meeting",
        )
        shell.add_page(
            territories.ADDRESS,
            _("Territories"),
            "map",
            lambda actor: not actor.is_admin and territories.draws(actor),  # administrators have it in the settings
            after="opportunity",
        )
