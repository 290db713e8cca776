"""Every way in over HTTP. The screens of resources come last: their paths begin with the plural of a resource."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("kizuna.base.identity.urls")),
    path("api/v1/", include("kizuna.interfaces.api.urls")),
    path("", include("kizuna.interfaces.public.urls")),
    path("", include("kizuna.customers.consent.urls")),
    path("", include("kizuna.customers.timeline.urls")),
    path("", include("kizuna.customers.contacts.urls")),
    path("", include("kizuna.customers.quality.urls")),
    path("", include("kizuna.customers.leads.urls")),
    path("", include("kizuna.customers.sequences.urls")),
    path("", include("kizuna.domains.sales.urls")),
    path("", include("kizuna.customers.orders.urls")),
    path("", include("kizuna.intelligence.prediction.urls")),
    path("", include("kizuna.interfaces.web.urls")),
    path("", include("kizuna.base.ui.urls")),
]

handler500 = "kizuna.server.failing.answer_failure"
