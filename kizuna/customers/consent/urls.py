"""Pages of consent beside those that its resources have."""

from django.urls import path

from kizuna.customers.consent import views

urlpatterns = [
    path("contacts/<int:record_id>/personal-data", views.personal_data, name="consent_personal_data"),
    path("contacts/<int:record_id>/may-contact", views.may_contact, name="consent_may_contact"),
    path("personal-data/<int:disclosure_id>.zip", views.download, name="consent_download"),
    path("suppression-check", views.look_up, name="consent_look_up"),
]
