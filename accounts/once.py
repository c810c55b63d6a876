"""A form that is posted twice acts once. Each shown form carries a random token; the first post of it wins.

The token counts together with what was typed: who goes back, changes something and posts again, acts again.
"""

import datetime as dt
import hashlib
import uuid

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.models import PostedForm


def key_of(request: HttpRequest) -> uuid.UUID | None:
    """The token with what was posted, as one key. None for a post without token: then the action itself must hold.

    A draft that is saved as one types repeats itself on purpose and has no key either.
    """
    try:
        token = uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return None
    if request.headers.get("X-Autosave"):
        return None
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((file.name, file.size) for _, many in request.FILES.lists() for file in many)
    return uuid.uuid5(token, hashlib.sha256(repr((request.path, typed, files)).encode()).hexdigest())


def first_time(key: uuid.UUID | None, request: HttpRequest) -> bool:
    """Claim the key inside the caller's transaction: a parallel post waits here until that one is decided."""
    if key is None:
        return True
    try:
        with transaction.atomic():
            PostedForm.objects.create(key=key, user_id=request.user.pk, path=request.path[:300])
    except IntegrityError:
        return False
    return True


def remember(key: uuid.UUID | None, url: str) -> None:
    if key:
        PostedForm.objects.filter(key=key).update(answer=url[:500])


def answered(key: uuid.UUID | None, request: HttpRequest) -> str:
    """Where the first post led; empty when that one was another person's."""
    claimed = PostedForm.objects.filter(key=key, user_id=request.user.pk).first()
    return claimed.answer if claimed else ""


def forget_before(at: dt.datetime) -> int:
    """Drop the keys of forms posted before `at`: nobody's button is still waiting. Returns how many."""
    return PostedForm.objects.filter(at__lt=at).delete()[0]
