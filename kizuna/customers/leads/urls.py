"""The queue of leads."""

from django.urls import path

from kizuna.customers.leads import views

urlpatterns = [
    path("lead-queue", views.queue_page, name="lead_queue"),
    path("lead-queue/next", views.take_next, name="lead_queue_next"),
    path("lead-queue/<int:lead_id>/take", views.take, name="lead_queue_take"),
]
