"""Parts of pages that this room draws."""

from django.urls import path

from kizuna.base.ui import converters  # noqa: F401 - registers <resource:…>
from kizuna.intelligence.prediction import views

urlpatterns = [
    path("<resource:resource>/<int:record_id>/suggestions", views.panel),
    path("<resource:resource>/<int:record_id>/suggestions/<int:product_id>", views.add),
]
