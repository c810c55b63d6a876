"""The portal as it runs, on servers that a test may kill: a sweep every second, no second factor, static files unhashed."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

CELERY_BEAT_SCHEDULE = {"sweep": {"task": "config.tasks.sweep", "schedule": 1.0}}
REQUIRE_SECOND_FACTOR = False
LONG_JOB_GIVEN_UP = 2
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
