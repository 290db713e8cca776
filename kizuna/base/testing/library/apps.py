from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "kizuna.base.testing.library"
    label = "library"
