from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServerConfig(AppConfig):
    name = "kizuna.server"
    label = "server"
    verbose_name = _("Server")

    def ready(self) -> None:
        from kizuna.base.types.text.particles import speak_korean
        from kizuna.server import checks  # noqa: F401 - registers the checks

        speak_korean()
