from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "kizuna.customers.orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from kizuna.base.access import policy
        from kizuna.base.ui import shell, shown
        from kizuna.customers.orders import views

        for key in ("contact", "company", "household"):
            shown.add_panel(key, views.panel, instead_of=("order",))
        shell.add_page(
            "/sales-by-channel",
            _("Sales by channel"),
            "building-store",
            lambda actor: policy.permissions_of(actor).can("order", "read"),
            after="order",
        )
