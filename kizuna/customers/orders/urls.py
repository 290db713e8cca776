"""The pages of orders beside those that every resource has."""

from django.urls import path

from kizuna.customers.orders import views

urlpatterns = [
    path("sales-by-channel", views.sales, name="orders_sales"),
    path("<str:plural>/<int:record_id>/preferences", views.note, name="orders_preferences"),
    path("<str:plural>/<int:record_id>/purchases", views.purchases, name="orders_purchases"),
]
