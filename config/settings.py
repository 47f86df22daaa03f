"""Every setting of the service, from environment variables only; docs/settings.md lists them."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from siegel.core import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(
    env.text("VAR_DIR", str(BASE_DIR / "var"), "Folder for the database, mail and the secret key.")
)

SECRET_KEY = env.secret(
    "SECRET_KEY",
    VAR_DIR / "secret-key",
    "Signs sessions and links, at least 32 characters. "
    "Not set: read from the file `secret-key` in `VAR_DIR`, which `siegel setup` creates.",
)
SECRET_KEY_FALLBACKS = env.words(
    "OLD_SECRET_KEYS",
    "",
    "Previous values of `SECRET_KEY`, the newest first, while it is being changed: sessions and "
    "second factors made under them still work. See docs/operating.",
)
HOST = env.text("HOST", "127.0.0.1", "Network address that the web server listens on.")
PORT = env.number("PORT", 8000, "Port that the web server listens on.", low=1, high=65535)
WORKERS = env.number("WORKERS", 2, "Processes of the web server.", low=1, high=64)
THREADS = env.number("THREADS", 4, "Requests that each process answers at once.", low=1, high=64)
DEBUG = env.flag("DEBUG", False, "Django's error pages with source code; never where others reach.")
BASE_URL = env.text(
    "BASE_URL",
    f"http://127.0.0.1:{PORT}",
    "The address that people open; links in mails start here.",
).rstrip("/")
_address = urlsplit(BASE_URL)
if _address.scheme not in {"http", "https"} or not _address.hostname:
    raise env.BadSetting(
        f"BASE_URL={BASE_URL!r} cannot be used: it must be an address such as https://siegel.example."
    )
_HTTPS = _address.scheme == "https"
ALLOWED_HOSTS = sorted(
    {_address.hostname, *env.words("ALLOWED_HOSTS", "127.0.0.1,localhost", "Further host names.")}
)
CSRF_TRUSTED_ORIGINS = [f"{_address.scheme}://{_address.netloc}"] if _HTTPS else []

# --- Database -------------------------------------------------------------------------------


def _database(raw: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(raw))
    except Exception:  # dj_database_url raises several kinds; all mean the same to the reader
        raise ValueError(
            "it must look like sqlite:////path/file.sqlite3 or postgres://user:password@host/name."
        ) from None
    engine = str(found.get("ENGINE", ""))
    if engine.endswith("sqlite3"):
        found["ENGINE"] = "siegel.core.sqlite"
        # IMMEDIATE takes the write lock at BEGIN. The default, DEFERRED, fails with "database is
        # locked" as soon as two transactions read first and then write.
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
            ),
        }
        found["CONN_MAX_AGE"] = None
    elif engine.endswith("postgresql"):
        found["CONN_MAX_AGE"] = None
        found["CONN_HEALTH_CHECKS"] = True
        # For the few statements that are prepared (siegel/core/commit.py); Django's never are.
        options = found.setdefault("OPTIONS", {})
        if str(options.setdefault("prepare_threshold", 5)) == "off":
            options["prepare_threshold"] = None
    else:
        raise ValueError("only SQLite and PostgreSQL are supported.")
    return found


DATABASES = {
    "default": env.read(
        "DATABASE_URL",
        f"sqlite:///{VAR_DIR / 'siegel.sqlite3'}",
        "The database: `sqlite:////path/file.sqlite3` or `postgres://user:password@host/name`.",
        _database,
    )
}
ATOMIC_REQUESTS = False  # with it, readers on SQLite would wait for writers
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Applications ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "siegel.jobs",
    "siegel.audit",
    "siegel.accounts",
    "siegel.licensing",
    "siegel.billing",
    "siegel.boxes",
    "siegel.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "siegel.web.middleware.limit_request_size",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "siegel.web.middleware.stay_out_of_caches",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "siegel.web.signin.sessions.end_in_time",
    "siegel.web.middleware.choose_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "siegel.web.middleware.answer_refusals",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "siegel" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "siegel.web.context.shell",
            ],
            "builtins": [
                "siegel.web.templatetags.siegel",
                "template_partials.templatetags.partials",
            ],
        },
    }
]

# --- Sign-in --------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},  # the least that an account may choose
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "siegel.accounts.password_words.GermanWordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "siegel.web.signin.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by invitation; the link is the proof
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can make us write to strangers
# Wrong passwords and codes lock a login by its account's rules (siegel/workflows/sign_in_lock.py).
# What counts per IP is wide: a whole office shares one.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "200/5m/ip",
    "reset_password": "100/m/ip,5/m/key",
    "reset_password_from_key": "100/m/ip",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "siegel.web.signin.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
ACCOUNT_USER_DISPLAY = "siegel.web.signin.adapter.display_name"

# However busy: after ten hours everybody signs in again. How long they may be idle, accounts say.
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "siegel_session"
CSRF_COOKIE_NAME = "siegel_csrf"
CSRF_FAILURE_VIEW = "siegel.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

ALLAUTH_TRUSTED_PROXY_COUNT = env.number(
    "PROXIES",
    0,
    "Proxies in front that add to X-Forwarded-For; without it all people behind them share the "
    "limits of wrong sign-ins.",
    high=9,
)
# Sign-in limits live in the cache, so it has to be one for all processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "siegel_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Rendered pieces of pages under everything that they were made from: each process its own.
    "pieces": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pieces",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

API_REQUESTS_PER_MINUTE = env.number(
    "API_REQUESTS_PER_MINUTE",
    600,
    "Requests that one API token may send in a minute; 0 means any number.",
)

# --- Language and time ----------------------------------------------------------------------

LANGUAGE_CODE = "de"
# Read by siegel/commands/_language.py, before there are settings.
env.choice(
    "COMMAND_LANGUAGE",
    "",
    ("", "de", "en"),
    "Language of the `siegel` command, its help too (`de`, `en`); empty: that of the shell.",
)
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "siegel_language"
LOCALE_PATHS = [BASE_DIR / "siegel" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Europe/Berlin", "Time zone of new accounts and of the logs.")
USE_THOUSAND_SEPARATOR = True

# --- Files, mail, jobs ----------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The people files that administrators import are the largest uploads so far.
REQUEST_MAX_BYTES = (
    env.number(
        "REQUEST_MAX_MB",
        20,
        "Largest request (upload) in MB; more is refused at once.",
        low=1,
        high=2048,
    )
    * 1_000_000
)
DATA_UPLOAD_MAX_MEMORY_SIZE = REQUEST_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000


def _mail(raw: str) -> dict[str, Any]:
    """Read `file`, `console`, or smtp://user:password@host:port (smtps:// for TLS at once)."""
    if raw == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if raw == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(VAR_DIR / "mail"),
        }
    parts = urlsplit(raw)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("it must be file, console or smtp://user:password@host:587.")
    secure = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if secure else 587),
        "EMAIL_HOST_USER": parts.username or "",
        "EMAIL_HOST_PASSWORD": parts.password or "",
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": not secure and bool(parts.username),
        "EMAIL_TIMEOUT": 20,
    }


globals().update(
    env.read(
        "EMAIL_URL",
        "file",
        "How mail leaves: `file` (into `VAR_DIR/mail`), `console`, `smtp://user:password@host:587` "
        "(STARTTLS) or `smtps://user:password@host:465`.",
        _mail,
    )
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "EMAIL_FROM", "Siegel <noreply@localhost>", "Sender of all mail."
)
SUPPORT_EMAIL = env.text(
    "SUPPORT_EMAIL",
    "support@localhost",
    "Where accounts on a package that cannot be booked online are told to write.",
)

TASKS = {
    "default": {"BACKEND": "siegel.jobs.backend.DatabaseBackend", "QUEUES": []},
}
REGISTRATION_LINK_DAYS = env.number(
    "REGISTRATION_LINK_DAYS", 14, "Days that a registration link can be used.", low=1, high=90
)
RESTORE_LINK_HOURS = env.number(
    "RESTORE_LINK_HOURS",
    24,
    "Hours that a link which restores somebody's access can be used.",
    low=1,
    high=168,
)
REMOVAL_GRACE_DAYS = env.number(
    "REMOVAL_GRACE_DAYS",
    30,
    "Days that removed people and their boxes stay in the bin before they are erased for good.",
    low=1,
    high=365,
)

# --- Browser protection ---------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_SSL_REDIRECT = False  # the proxy in front does it; it has to say so in X-Forwarded-Proto
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
X_FRAME_OPTIONS = "DENY"

# --- Logs -----------------------------------------------------------------------------------

LOG_LEVEL = env.choice(
    "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"), "What the logs hold at least."
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "siegel.core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"django.server": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
