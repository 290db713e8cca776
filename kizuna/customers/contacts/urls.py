"""Pages of contacts beside those that its resources have."""

from django.urls import path, re_path

from kizuna.customers.contacts import views

urlpatterns = [
    path("contacts/<int:record_id>/housemates/share", views.share, name="contacts_share_household"),
    path("contacts/<int:record_id>/housemates/refuse", views.refuse, name="contacts_refuse_household"),
    path("household-suggestions", views.suggestions, name="contacts_household_suggestions"),
    re_path(
        r"^household-suggestions/(?P<suggestion_id>[0-9]{1,18})/(?P<word>share|refuse|allow)$",
        views.decide,
        name="contacts_decide_household",
    ),
]
