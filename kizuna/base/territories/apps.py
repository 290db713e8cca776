from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoriesConfig(AppConfig):
    name = "kizuna.base.territories"
    label = "territories"
    verbose_name = _("Territories")

    def ready(self) -> None:
        from kizuna.base.records import indexes
        from kizuna.base.territories import kinds, realm, trees, ways
        from kizuna.base.territories.services import placing

        realm.register()
        ways.register()
        indexes.register(
            placing.follow_rules,
            reads=lambda resource: None if kinds.find(resource.key) and not trees.now().is_empty else (),
        )
