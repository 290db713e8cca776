"""Pages of selling beside those that its resources have."""

from django.urls import path

from kizuna.domains.sales.views import conversion

urlpatterns = [
    path("leads/<int:lead_id>/convert", conversion.convert, name="lead_convert"),
    path("leads/<int:lead_id>/revert", conversion.revert, name="lead_revert"),
]
