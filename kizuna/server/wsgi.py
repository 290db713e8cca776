"""The pages and the API, for any WSGI server; `kizuna serve` runs it on Granian."""

import os

from django.core.wsgi import get_wsgi_application

from kizuna.server.bodies import whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kizuna.server.settings")

application = whole_bodies(get_wsgi_application())

from django.conf import settings  # noqa: E402 - all of these need the apps to be loaded

from kizuna.server.checks import refuse_unsafe_settings  # noqa: E402
from kizuna.server.warming import leave_from_garbage, warm_up  # noqa: E402

refuse_unsafe_settings()
if not settings.DEBUG:
    warm_up()
    leave_from_garbage()
