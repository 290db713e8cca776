"""Kizuna as an app: what a browser reads before it puts it on a home screen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

ICONS = (("icon-192", "192x192", "any"), ("icon-512", "512x512", "any"), ("icon-maskable-512", "512x512", "maskable"))
ACCENT, CANVAS = "#8A2E74", "#F5F3F6"


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the icon without having read a page."""
    answer = HttpResponseRedirect(static("kizuna/icon-192.png"))
    answer["Cache-Control"] = "public, max-age=86400"
    return answer


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """The manifest in the language of the address: browsers ask for it without saying who they are."""
    asked = request.GET.get("lang", "")
    with translation.override(asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        answer = JsonResponse(_manifest(), content_type="application/manifest+json")
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def _manifest() -> dict[str, Any]:
    return {
        "id": "/",
        "name": _("Kizuna: your customers"),
        "short_name": "Kizuna",
        "description": _("Your customers, and all that was said and promised to them."),
        "lang": translation.get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": ACCENT,
        "background_color": CANVAS,
        "icons": [
            {"src": static(f"kizuna/{name}.png"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
