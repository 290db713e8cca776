"""The pages of data quality."""

from django.urls import path

from kizuna.customers.quality import views

urlpatterns = [
    path("quality", views.cockpit, name="quality"),
    path("quality/progress", views.progress, name="quality_progress"),
    path("quality/reckon", views.reckon, name="quality_reckon"),
    path("quality/<str:plural>/queue", views.queue, name="quality_queue"),
    path("quality/<str:plural>/<int:record_id>/right", views.right, name="quality_right"),
    path("quality/<str:plural>/<int:record_id>/verdicts/<int:verdict_id>/back", views.back, name="quality_back"),
]
