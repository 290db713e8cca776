from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborationConfig(AppConfig):
    name = "kizuna.base.collaboration"
    label = "collaboration"
    verbose_name = _("Working together")

    def ready(self) -> None:
        """Every record that somebody owns can be handed over."""
        from kizuna.base.collaboration import kinds  # noqa: F401 - they register themselves
        from kizuna.base.collaboration.services.handing import hand_over
        from kizuna.base.resources import registry

        registry.offer(hand_over)
