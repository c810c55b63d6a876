"""Settings of the tests: those of the portal, on throw-away servers when the environment names none.

The first process starts the servers; the workers of pytest-xdist inherit their addresses.
"""

import os

from config.local.servers import VAR_DIR, fill_environment

# Not the local key of this checkout, nor one from the environment: a test must not depend on either.
os.environ["SECRET_KEY"] = "a-key-for-tests-only-0123456789-abcdefghijklmnop"
os.environ["FIELD_ENCRYPTION_KEY"] = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
fill_environment(VAR_DIR / "test", throw_away=True)

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "integration.secrets.RandomSecretHasher",
]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A worker that happens to run on the same Redis does not get what the tests queue.
CELERY_TASK_DEFAULT_QUEUE = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"
# A page in a live server may not keep a connection that the test database's end would wait for.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
# Static files come from the source folders: a test needs no collectstatic, and no warning that it was not run.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
# Tests sign people in by `force_login`; only those of the second factor have it required (config/second_factor.py).
REQUIRE_SECOND_FACTOR = False
