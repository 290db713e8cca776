"""The product's settings, for a server that shows the sample pages too."""

from pathlib import Path

from kizuna.server.settings import *  # noqa: F403 - the product as it is, with the two changes below
from kizuna.server.settings import TEMPLATES

ROOT_URLCONF = "tests.samples.urls"
TEMPLATES[0]["DIRS"] = [Path(__file__).parent / "templates"]
