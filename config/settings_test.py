"""The settings with what tests change: fast hashing, mail in memory, a database to lose."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 32)
os.environ.setdefault("VAR_DIR", str(Path(tempfile.gettempdir()) / "siegel-test-var"))
os.environ.setdefault("DATABASE_URL", "sqlite:///" + str(Path(os.environ["VAR_DIR"]) / "t.sqlite3"))

from config.settings import *  # noqa: F403
from config.settings import CACHES, DATABASES, STORAGES

Path(os.environ["VAR_DIR"]).mkdir(parents=True, exist_ok=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# Threads of one process share nothing: a file, not memory, so that races are real races.
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["VAR_DIR"]) / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
