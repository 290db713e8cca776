from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "kizuna.interfaces.web"
    label = "web"
    verbose_name = _("Web")

    def ready(self) -> None:
        from kizuna.base.ui import shell

        shell.add_page("/", _("Today"), "home")
