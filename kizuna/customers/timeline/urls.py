"""Parts of customers' pages that this room draws."""

from django.urls import path

from kizuna.base.ui import converters  # noqa: F401 - registers <resource:…>
from kizuna.customers.timeline import views

urlpatterns = [
    path("meetings/<int:meeting_id>/answer", views.answer),
    path("<resource:resource>/<int:record_id>/touches", views.touches),
    path("<resource:resource>/<int:record_id>/facts", views.facts),
]
