"""Pages and files for those who do not sign in."""

from django.urls import path

from kizuna.interfaces.public import views

urlpatterns = [
    path("answer/<str:token>", views.answer, name="public_answer"),
    path("calendar/<str:secret>.ics", views.calendar, name="public_calendar"),
]
