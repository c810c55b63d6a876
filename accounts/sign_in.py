"""Who signs in, and whose sign-in it is that failed."""

from collections.abc import Mapping
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from accounts.models import Message, User

UNREAD = Message.objects.filter(recipient=OuterRef("pk"), read_at__isnull=True).order_by()
COUNTED = UNREAD.values("recipient").annotate(n=Count("pk")).values("n")
# Put together once: it is asked at every request of a person
PEOPLE = User.objects.annotate(unread=Coalesce(Subquery(COUNTED, output_field=IntegerField()), 0))


class SignInBackend(AuthenticationBackend):
    """allauth's, by e-mail; the person of a request comes with the number of unread messages, for the header of every
    page, in the query that reads the person anyway."""

    def get_user(self, user_id: Any) -> User | None:
        user = PEOPLE.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def name_typed(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The address with which somebody tries to sign in, for axes to count by. allauth gives it as `email`, its form as
    `login`; without this, axes would find no name, and lock out everybody behind one office address."""
    typed = (credentials or {}).get("email") or request.POST.get("login")
    return typed.strip().lower() if typed else None
