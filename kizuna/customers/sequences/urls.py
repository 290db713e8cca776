"""Parts of pages that sequences draw, and the preview of one for a person."""

from django.urls import path

from kizuna.base.ui import converters  # noqa: F401 - registers <resource:…>
from kizuna.customers.sequences import views

urlpatterns = [
    path("sequences/<int:sequence_id>/preview", views.preview, name="sequence_preview"),
    path("<resource:resource>/<int:record_id>/sequence-panel", views.panel_part),
]
