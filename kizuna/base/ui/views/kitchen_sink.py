"""Every part of the screens with invented data, for looking at: `/ui/kitchen-sink?page=list|record|form|home|parts`.

Only routed where DEBUG is on. Nothing here reads the database.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kizuna.base.ui.views import samples

PAGES = {"parts": "ui/kitchen_sink.html"}


def show(request: HttpRequest) -> HttpResponse:
    """One sample page in the shell; `?theme=dark` fixes the theme."""
    page = request.GET.get("page", "parts")
    context = {"shell": samples.shell(page), "theme": request.GET.get("theme", ""), "title": "Kitchen sink"}
    return render(request, PAGES.get(page, PAGES["parts"]), context)


def answer(request: HttpRequest, part: str) -> HttpResponse:
    """What a real view would answer to the small requests of the sample pages."""
    return HttpResponse(part)
