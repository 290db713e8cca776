"""The account pages and a front page to come back to; the whole building's addresses are not needed here."""

from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("kizuna.base.identity.urls")),
    path("", lambda request: HttpResponse("Front page")),
]
