"""Every setting of a deployment, read from the environment. Law is YAML; house policy is rows."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
import structlog
from csp.constants import NONE, SELF
from structlog.typing import EventDict

from smart.unfold import UNFOLD as UNFOLD

django_stubs_ext.monkeypatch()  # ModelAdmin[Order], QuerySet[Order] at run time too
env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- This deployment ---------------------------------------------------------------------------

COOP_DEMO: bool = env.bool("COOP_DEMO", default=False)
COOP_PUBLIC_URL: str = env.str("COOP_PUBLIC_URL", default="").rstrip("/")
COOP_STATE_DIR = Path(env.str("COOP_STATE_DIR", default=str(BASE_DIR / ".run" / "state")))
COOP_KEYS_DIR: str = env.str("COOP_KEYS_DIR", default="")
COOP_CONTRACT_SIGNATURE: str = env.str("COOP_CONTRACT_SIGNATURE", default="wet")
COOP_EINVOICING: str = env.str("COOP_EINVOICING", default="off")
COOP_TIMESTAMP_URL: str = env.str("COOP_TIMESTAMP_URL", default="")  # RFC 3161; "" = no timestamp
# the public register of enterprises: the path of a class like those of invoicing.register
COOP_REGISTER: str = env.str("COOP_REGISTER", default="invoicing.register.NotConnected")
COOP_UPLOAD_MEGABYTES: int = env.int("COOP_UPLOAD_MEGABYTES", default=10)  # a file people bring
COOP_PROXIES: int = env.int("COOP_PROXIES", default=0)  # of ours, between the visitor and gunicorn
REDIS_URL: str = env.str("REDIS_URL", default="")
DEFAULT_FROM_EMAIL: str = env.str("COOP_MAIL_FROM", default="")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])


def _key_lines(name: str) -> tuple[str, ...]:
    """The lines of one key file, newest key first; empty when there is no such file."""
    path = Path(COOP_KEYS_DIR, name)
    if not COOP_KEYS_DIR or not path.is_file():
        return ()
    return tuple(line.strip() for line in path.read_text().splitlines() if line.strip())


SECRET_KEY, *SECRET_KEY_FALLBACKS = _key_lines("django.key") or ("",)
FIELD_KEYS: tuple[str, ...] = _key_lines("fields.key")  # Fernet: national numbers, identity scans
INDEX_KEY: str = "".join(_key_lines("index.key")[:1])  # HMAC: exact search of what is encrypted
LINK_KEY: str = "".join(_key_lines("links.key")[:1])  # HMAC: sealed links
SEAL_KEY: str = "\n".join(_key_lines("seal.key"))  # PEM, EC P-256: seals our papers
SEAL_CERTIFICATE: str = "\n".join(_key_lines("seal.crt"))  # PEM: ours, then those who issued it
SEAL_OLD_CERTIFICATES: str = "\n".join(_key_lines("seal.old.crt"))  # PEM: ours of before, if any

# --- Rooms -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "template_partials",
    "pghistory",
    "pgtrigger",
    "axes",
    "csp",
    "office",
    "ledger",
    "members",
    "invoicing",
    "payroll",
    "orders",
    "smart",
]

MIDDLEWARE = [
    "smart.middleware.request_id",
    "smart.middleware.visitor_address",
    "smart.middleware.without_nul",
    "django.middleware.security.SecurityMiddleware",
    "smart.middleware.compressed_pages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "smart.middleware.admin_scripts",
    "smart.middleware.no_store",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "smart.middleware.language",
    "smart.desk_session.second_step",
    "django.contrib.messages.middleware.MessageMiddleware",
    "smart.desk_session.seen_as",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "smart.middleware.ApplicationFirst",
    "members.terms_gate.TermsGate",
    "smart.middleware.dead_ends",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "smart.urls"
WSGI_APPLICATION = "smart.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_CACHED_LOADERS = (
    "django.template.loaders.cached.Loader",
    ["office.template_loader.Loader", "django.template.loaders.app_directories.Loader"],
)
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [_CACHED_LOADERS])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "members.bell.context",
            ],
        },
    },
]

# --- Data --------------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {"default": {}}
if env.str("DATABASE_URL", default=""):
    DATABASES["default"] = env.db("DATABASE_URL") | {
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }

STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # every kept file, under its content hash; never served but by a view that checks who asks
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": COOP_STATE_DIR / "documents",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["office.uploads.InMemory"]  # bounded, and nothing is written down unsealed

# --- Languages and time ------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "smart.formats"  # English as Belgians write it: day first
USE_TZ = True
TIME_ZONE = "Europe/Brussels"

# --- Who may enter -----------------------------------------------------------------------------

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # a login locks and opens by itself
AXES_USERNAME_FORM_FIELD = "username"  # what authenticate() is called with
AXES_LOCKOUT_TEMPLATE = "429.html"

# --- What the browser may do -------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not COOP_DEMO
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 7 * 24 * 3600
SECURE_SSL_REDIRECT = not COOP_DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # the probe speaks plain http inside the network
SECURE_PROXY_SSL_HEADER = None if COOP_DEMO else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if COOP_DEMO else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not COOP_DEMO
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [COOP_PUBLIC_URL] if COOP_PUBLIC_URL.startswith("https://") else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],  # no cookie: members.api_base names the door
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "office.api.problems.handle",
    "UNICODE_JSON": True,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Cooperative",
    "DESCRIPTION": (
        "Amounts and rates are text, days ISO, instants UTC with Z; things are named by their "
        "`ref`. Each POST that writes takes an `Idempotency-Key`: asked again with the same key, "
        "it answers the same and does nothing. Problems follow RFC 9457."
    ),
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "OAS_VERSION": "3.0.3",
    "POSTPROCESSING_HOOKS": ["smart.api.refuse_unknown_fields"],
}

# --- Mail --------------------------------------------------------------------------------------

if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = 10

# --- Work after the answer ---------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "visibility_timeout": 600,  # a task never takes this long; a lost one comes back after it
}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = TIME_ZONE

# --- Logs: JSON, ids only ----------------------------------------------------------------------


def _without_address(_: Any, __: str, event: EventDict) -> EventDict:
    """A path may hold a sealed link: Django's request lines keep their route only."""
    record: logging.LogRecord | None = event.get("_record")
    request = getattr(record, "request", None)
    if record is not None and record.name.startswith("django.") and request is not None:
        match = getattr(request, "resolver_match", None)
        event["event"] = f"{getattr(record, 'status_code', '')} {request.method}".strip()
        event["route"] = match.route if match else ""
    return event


_LOG_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[*_LOG_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOG_LEVELS = {
    "django": "WARNING",
    "celery.beat": "WARNING",
    "axes": "ERROR",
    # the renderer quotes what papers hold
    **dict.fromkeys(("weasyprint", "weasyprint.progress", "fontTools"), "CRITICAL"),
}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _LOG_PROCESSORS,
            "processors": [
                _without_address,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        name: {"handlers": ["stderr"], "level": level, "propagate": False}
        for name, level in LOG_LEVELS.items()
    },
}

# --- The demo differs here and nowhere else ----------------------------------------------------

if COOP_DEMO:
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]"]
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = DEFAULT_FROM_EMAIL or "demo@coop.example"
    EMAIL_BACKEND = "smart.demo.mailbox.EmailBackend"
    COOP_REGISTER = "smart.demo.register.DemoRegister"
    TEMPLATES[0]["OPTIONS"]["context_processors"].append("smart.demo.bar.context")
    STATIC_ROOT = None  # served straight from the packages, nothing to collect
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
