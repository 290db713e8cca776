from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    name = "kizuna.customers.contacts"
    label = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        from kizuna.base.territories import kinds
        from kizuna.base.ui import shell, shown
        from kizuna.customers.contacts import views

        kinds.place(kinds.Placeable("company"))
        kinds.place(kinds.Placeable("contact", follows=("company",)))
        shown.add_panel("contact", views.panel)
        shell.add_page(views.ADDRESS, _("Household suggestions"), "home-question", views.may_decide, after="household")
