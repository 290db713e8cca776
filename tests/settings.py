"""The product's settings, for a test run: own data folder, cheap passwords, mail kept in memory.

Each process has its own folder and its own database name, so that runs beside each other never meet. A process that a
test begins has the one that TESTS_DATA_DIR names.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_DATA_DIR = os.environ.get("TESTS_DATA_DIR", "")
if not _DATA_DIR:
    _DATA_DIR = tempfile.mkdtemp(prefix="kizuna-tests-")
    atexit.register(shutil.rmtree, _DATA_DIR, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("KIZUNA_")]:
    del os.environ[_name]  # what a developer has set for his own server does not reach the tests
os.environ["KIZUNA_DATA_DIR"] = _DATA_DIR

from kizuna.server.settings import *  # noqa: E402, F403 - the settings under test, with the few changes below
from kizuna.server.settings import DATABASES, INSTALLED_APPS, STATIC_ROOT, STORAGES, TEMPLATES  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "kizuna.base.testing.library"]

TEMPLATES[0]["DIRS"] = [Path(__file__).parent / "samples" / "templates"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(exist_ok=True)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: readers and a writer meet in it, which the in-memory database of tests would hide.
    DATABASES["default"]["TEST"] = {"NAME": f"{_DATA_DIR}/test.sqlite3"}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_kizuna_{os.getpid()}"}
