from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SequencesConfig(AppConfig):
    name = "kizuna.customers.sequences"
    label = "sequences"
    verbose_name = _("Sequences")

    def ready(self) -> None:
        from kizuna.base.ui import home, shown
        from kizuna.customers.sequences import views

        shown.add_panel("contact", views.panel, instead_of=("enrolment", "maildraft"))
        shown.add_panel("lead", views.panel, instead_of=("enrolment", "maildraft"))
        shown.add_panel("sequence", views.figures_panel, instead_of=("enrolment", "sequencestep"))
        shown.add_panel("enrolment", views.steps_panel, instead_of=("maildraft",))
        shown.add_alert("maildraft", views.alert)
        home.register(views.HOME)
