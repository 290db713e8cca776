"""Pages of consent beside those that its resources have."""

from django.urls import path

from kizuna.customers.consent import views

urlpatterns = [
    path("suppressions/look-up", views.look_up, name="consent_look_up"),
]
