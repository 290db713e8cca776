"""Pages and files for those who do not sign in."""

from django.urls import path

from kizuna.interfaces.public import preferences, quotes, views

urlpatterns = [
    path("answer/<str:token>", views.answer, name="public_answer"),
    path("preferences/<str:token>", preferences.preferences, name="public_preferences"),
    path("leave/<str:token>", preferences.leave, name="public_leave"),
    path("confirm/<str:token>", preferences.confirm, name="public_confirm"),
    path("quote/<str:token>", quotes.quote, name="public_quote"),
    path("quote/<str:token>/opened", quotes.opened, name="public_quote_opened"),
    path("quote/<str:token>/pdf", quotes.document, name="public_quote_document"),
    path("calendar/<str:secret>.ics", views.calendar, name="public_calendar"),
]
