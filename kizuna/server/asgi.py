"""The stream of live changes, for any ASGI server; `kizuna serve` runs it on Granian, on a port beside the pages."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kizuna.server.settings")
django.setup()

from kizuna.base.live.application import Live  # noqa: E402 - needs the apps to be loaded
from kizuna.server.checks import refuse_unsafe_settings  # noqa: E402

application = Live()

refuse_unsafe_settings()
