"""The product's own settings, one more page, the floor, and a name for sessions in PostgreSQL, by which those of the
web server are told from others. Only `kizuna bench` starts a server with these."""

import sys

from kizuna.server.bench.served import role, session_name
from kizuna.server.settings import *  # noqa: F403 - every setting, as it is
from kizuna.server.settings import DATABASES

ROOT_URLCONF = "kizuna.server.bench.urls"
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"].setdefault("OPTIONS", {})["application_name"] = session_name(role(" ".join(sys.argv)))
