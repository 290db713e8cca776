"""The product's addresses, and the page that its pages are measured against."""

from django.urls import path

from kizuna.server.bench.floor import floor
from kizuna.server.urls import urlpatterns as product

urlpatterns = [path("bench/floor", floor), *product]
