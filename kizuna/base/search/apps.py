from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "kizuna.base.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from kizuna.base.search import checks, handlers, index, titles  # noqa: F401 - each registers itself
