"""Every setting, read from the environment. `docs/guide/settings.md` explains each; `checks.py` refuses unsafe ones."""

import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from kizuna.server.data_folder import data_folder
from kizuna.server.database import database_of
from kizuna.server.file_storage import storage_of
from kizuna.server.live_broker import broker_of
from kizuna.server.live_origins import live_origins
from kizuna.server.map_services import geocoder, tiles
from kizuna.server.secret_key import stored_secret
from kizuna.server.web_push import new_push_key, push_key, push_services

env = Env()

DATA_DIR = data_folder(env.str("KIZUNA_DATA_DIR", "var"))

# --- Who may reach it, and how safely

DEBUG = env.bool("KIZUNA_DEBUG", False)
SECRET_KEY = env.str("KIZUNA_SECRET_KEY", "") or stored_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS: list[str] = env.list("KIZUNA_OLD_SECRET_KEYS", [])

PUBLIC_URL = env.str("KIZUNA_URL", "http://127.0.0.1:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, [_public.hostname]), *env.list("KIZUNA_HOSTS", [])]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if _public.scheme and _public.netloc else []
TRUSTED_PROXIES = env.int("KIZUNA_TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

_https = _public.scheme == "https"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "kizuna_session"
SESSION_ENGINE = "kizuna.base.identity.sessions"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# The stream of live changes: an address that a proxy gives it, "off", or a port of its own (set by `kizuna serve`)
LIVE_URL = env.str("KIZUNA_LIVE_URL", "/live" if TRUSTED_PROXIES else "")
LIVE_PORT = env.int("KIZUNA_LIVE_PORT", 0)
CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] += live_origins(LIVE_URL, LIVE_PORT, ALLOWED_HOSTS)
LIVE_BROKER = broker_of(env.str("KIZUNA_LIVE_BROKER", ""))  # several servers wake each other through it

# Maps draw the outlines of the world that Kizuna brings; pictures of streets come from a server of your choice only.
TILES = tiles(env.str("KIZUNA_TILE_URL", ""), env.str("KIZUNA_TILE_ATTRIBUTION", ""))
if TILES:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(TILES.origin)

# A geocoder that speaks the search of Nominatim; without one addresses are known by their city only.
GEOCODER_URL = geocoder(env.str("KIZUNA_GEOCODER_URL", ""))

# Per token, counted by each web process for itself; generous, against programs that run away.
API_REQUESTS_PER_MINUTE = env.int("KIZUNA_API_REQUESTS_PER_MINUTE", 6000)

# --- Where the data is

DATABASES = {"default": database_of(env.str("DATABASE_URL", f"sqlite:///{quote(str(DATA_DIR / 'kizuna.sqlite3'))}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# SQLite keeps an index without the further columns that PostgreSQL has in it: as meant, and nothing to warn people of.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

# In the database, so that throttling counts over all processes and nothing else has to run.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

TASKS = {"default": {"BACKEND": "kizuna.base.jobs.backend.DatabaseBackend", "QUEUES": ["default", "import", "bulk"]}}

# --- What it is made of, lowest floor first

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "template_partials.apps.SimpleAppConfig",  # its loader stands in TEMPLATES below
    "kizuna.base.jobs",
    "kizuna.base.events",
    "kizuna.base.identity",
    "kizuna.base.access",
    "kizuna.base.conditions",
    "kizuna.base.resources",
    "kizuna.base.layouts",
    "kizuna.base.records",
    "kizuna.base.hours",
    "kizuna.base.printing",
    "kizuna.base.geocoding",
    "kizuna.base.files",
    "kizuna.base.search",
    "kizuna.base.transfer",
    "kizuna.base.saved_views",
    "kizuna.base.notifications",
    "kizuna.base.collaboration",
    "kizuna.base.merging",
    "kizuna.base.retention",
    "kizuna.base.bulk",
    "kizuna.base.duplicates",
    "kizuna.base.assignment",
    "kizuna.base.territories",
    "kizuna.base.live",
    "kizuna.base.ui",
    "kizuna.customers.contacts",
    "kizuna.customers.consent",
    "kizuna.customers.timeline",
    "kizuna.customers.quality",
    "kizuna.customers.catalog",
    "kizuna.customers.leads",
    "kizuna.customers.sequences",
    "kizuna.customers.orders",
    "kizuna.domains.sales",
    "kizuna.intelligence.prediction",
    "kizuna.interfaces.public",
    "kizuna.interfaces.web",
    "kizuna.interfaces.api",
    "kizuna.server",
    *(room.value for room in entry_points(group="kizuna.rooms")),  # rooms that live elsewhere
    # Behind our own, whose account pages replace theirs.
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kizuna.base.types.kept_connections.looking",
    "kizuna.base.records.middleware.EditionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kizuna.base.identity.middleware.IdentityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kizuna.base.ui.middleware.ProblemMiddleware",
    "kizuna.base.ui.middleware.PartMiddleware",
]

ROOT_URLCONF = "kizuna.server.urls"
WSGI_APPLICATION = "kizuna.server.wsgi.application"
_LOADERS = ["django.template.loaders.filesystem.Loader", "kizuna.base.ui.loader.Loader"]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kizuna.base.ui.shell.context",
            ],
        },
    }
]

AUTH_USER_MODEL = "identity.User"

# --- Signing in (kizuna/base/identity): by e-mail address, throttled, for people whom an administrator let in

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "kizuna.base.identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Django's own: allauth's copies the address into a table of its own, where it would outlive a change of address.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_FORMS = {
    "login": "kizuna.base.identity.forms.SignInForm",
    "reset_password": "kizuna.base.identity.forms.RequestPasswordForm",
    "reset_password_from_key": "kizuna.base.identity.forms.NewPasswordForm",
    "change_password": "kizuna.base.identity.forms.ChangePasswordForm",
}
# Per address (ip) an office full of people fits in; per account (key) nobody can guess.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/15m/key",
    "reset_password_from_key": "20/m/ip",
}

# --- Languages and times

LANGUAGE_CODE = env.str("KIZUNA_LANGUAGE", "en")
LANGUAGES = [("en", "English"), ("ja", "日本語"), ("ko", "한국어")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
TIME_ZONE = env.str("KIZUNA_TIME_ZONE", "UTC")
USE_TZ = True

# --- Static files: hashed names and compressed copies, collected by `kizuna serve`; straight from the source in debug

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": storage_of(env.str("KIZUNA_FILES_URL", "")),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
_HASHED = re.compile(r"(\.[0-9a-f]{12}\.\w+|/chunks/.+-[A-Z0-9]{8}\.js)$")


def WHITENOISE_IMMUTABLE_FILE_TEST(path: str, url: str) -> bool:
    """Names with a hash in them, Django's or esbuild's, may be kept by browsers for ever."""
    return _HASHED.search(url) is not None


# --- Uploaded files: private, in the data folder or in S3; on their way in on the disk, never in memory

MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_HANDLERS = ["kizuna.base.files.receiving.ToDisk"]
POSTAL_DIR = DATA_DIR / "postal"
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"  # the same disk, so that a file is stored by being moved
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
FILE_LIMIT = env.int("KIZUNA_FILE_LIMIT_MB", 50) * 1024 * 1024
FILES_QUOTA = env.int("KIZUNA_FILES_QUOTA_MB", 10240) * 1024 * 1024
TRASH_DAYS = env.int("KIZUNA_TRASH_DAYS", 90)
FILES_TRASH_DAYS = env.int("KIZUNA_FILES_TRASH_DAYS", 30)
VIEWS_TRASH_DAYS = env.int("KIZUNA_VIEWS_TRASH_DAYS", 30)
IMPORT_LIMIT = env.int("KIZUNA_IMPORT_LIMIT_MB", 100) * 1024 * 1024

# --- Mail

_mail = env.dj_email_url("KIZUNA_EMAIL_URL", "console:")
if "EMAIL_BACKEND" not in _mail:
    raise ImproperlyConfigured("KIZUNA_EMAIL_URL starts with console:, smtp:// or submission://.")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"] or (465 if EMAIL_USE_SSL else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("KIZUNA_EMAIL_FROM", f"Kizuna <kizuna@{_public.hostname or 'localhost'}>")

# --- Notifications: in browsers by web push, and how long they are kept

PUSH_SERVICES = push_services(env.list("KIZUNA_PUSH_SERVICES", []))
PUSH_KEY = push_key(env.str("KIZUNA_PUSH_KEY", "") or stored_secret(DATA_DIR / "push_key", new_push_key))
NOTIFICATIONS_DAYS = env.int("KIZUNA_NOTIFICATIONS_DAYS", 180)

# --- Log: lines on standard output, for whatever runs the process to keep

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "kizuna": {"level": env.str("KIZUNA_LOG_LEVEL", "INFO").upper()},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
