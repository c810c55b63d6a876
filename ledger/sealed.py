"""Personal data that must not lie open in the database, in backups or in a log: sealed in its column."""

from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@cache
def keys(setting: str) -> MultiFernet:
    """The keys of FIELD_ENCRYPTION_KEY; the first seals, all of them open, so that a key can be replaced."""
    return MultiFernet([Fernet(key.strip()) for key in setting.split(",")])


def seal(text: str) -> str:
    """The sealed form of `text`; nothing stays nothing."""
    return keys(settings.FIELD_ENCRYPTION_KEY).encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """What was sealed. Raises cryptography.fernet.InvalidToken when no key of ours opens it."""
    return keys(settings.FIELD_ENCRYPTION_KEY).decrypt(token.encode()).decode() if token else ""
