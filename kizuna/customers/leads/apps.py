from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "kizuna.customers.leads"
    label = "leads"
    verbose_name = _("Leads")

    def ready(self) -> None:
        from kizuna.base.access import policy
        from kizuna.base.assignment import kinds
        from kizuna.base.territories import kinds as territories
        from kizuna.base.ui import shell, shown
        from kizuna.customers.consent import services as consent
        from kizuna.customers.leads import views
        from kizuna.customers.leads.services import ENQUIRY, confirming, declining, repeating
        from kizuna.customers.timeline.models import kinds as touches

        still_open = {"field": "status", "op": "any_of", "value": ["new", "working", "nurturing"]}
        kinds.assign(kinds.Assignable("lead", through=("contact", "company"), load=still_open, waiting=still_open))
        converted = {"field": "status", "op": "is", "value": "converted"}
        territories.place(territories.Placeable("lead", follows=("company", "contact"), settled=converted))
        touches.register(ENQUIRY)
        declining.register()
        consent.keep_by("lead", confirming.keep_confirmed)
        repeating.register()
        shown.add_alert("lead", views.alert)
        shown.add_panel("lead", views.panel, at_once=True)
        shown.add_panel("lead", views.said)
        shell.add_page(
            views.ADDRESS,
            _("Lead queue"),
            "inbox",
            lambda actor: policy.permissions_of(actor).can("lead", "take_lead"),
            after="lead",
        )
