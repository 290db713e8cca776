"""What is made when it is first needed, made before somebody waits for it: addresses, words, and templates."""

import gc
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext


def warm_up() -> None:
    """Have the addresses of every page, the words of every language and the templates of our rooms ready."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            gettext("Save")
            reverse(settings.LOGIN_URL)
    for name in templates():
        get_template(name)


def leave_from_garbage() -> None:
    """Have Python's search for garbage pass over everything that is there by now: it stays as long as the process.

    A full search visits every object, a quarter of a million before the first request, and stops the process for as
    long as a page takes; whichever request happens to be under way pays for it.
    """
    gc.collect()
    gc.freeze()


def templates() -> list[str]:
    """The names of the templates of our rooms."""
    folders = [Path(room.path) / "templates" for room in apps.get_app_configs() if room.name.startswith("kizuna.")]
    return [path.relative_to(folder).as_posix() for folder in folders for path in sorted(folder.rglob("*.html"))]
