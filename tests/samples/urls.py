"""The product's addresses, and those of the sample pages before them."""

from django.urls import include, path

from tests.samples import pages

urlpatterns = [
    path("samples", pages.show),
    path("samples/<str:part>", pages.answer),
    path("", include("kizuna.server.urls")),
]
