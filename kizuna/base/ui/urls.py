"""Screens of this room: only the kitchen sink, and only where developers work."""

from django.conf import settings
from django.urls import path

from kizuna.base.ui.views import kitchen_sink

app_name = "ui"
urlpatterns = (
    [
        path("ui/kitchen-sink", kitchen_sink.show, name="kitchen_sink"),
        path("ui/kitchen-sink/<str:part>", kitchen_sink.answer, name="kitchen_sink_part"),
    ]
    if settings.DEBUG
    else []
)
