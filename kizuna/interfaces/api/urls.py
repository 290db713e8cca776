"""Everything under /api/v1/. The server includes it; the two pages for people come first, the resources last."""

import re

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from kizuna.interfaces.api import endpoints, views
from kizuna.interfaces.api.api import finished, not_found

for _route in endpoints.routes:
    assert _route.callback is not None
    _route.callback = finished(_route.callback, "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(_route.pattern)))

urlpatterns = [
    path("docs", views.overview, name="api_docs"),
    path("docs/<str:plural>", views.resource_page, name="api_docs_resource"),
    *endpoints.routes,
    re_path("", csrf_exempt(not_found)),
]
