"""The product's own settings and one more page, the floor. Only `kizuna bench` starts a server with these."""

from kizuna.server.settings import *  # noqa: F403 - every setting, as it is

ROOT_URLCONF = "kizuna.server.bench.urls"
