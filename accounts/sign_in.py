"""Who signs in, and whose sign-in it is that failed."""

from collections.abc import Mapping
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.http import HttpRequest

from accounts.models import Message, RoleGrant, User
from accounts.queries.one_person import OnePerson

UNREAD = Message.objects.filter(recipient=OuterRef("pk"), read_at__isnull=True).order_by()
COUNTED = UNREAD.values("recipient").annotate(n=Count("pk")).values("n")
GRANTED = RoleGrant.objects.filter(user=OuterRef("pk"), ended_at__isnull=True).order_by()
one_person = OnePerson(
    User.objects.annotate(
        unread=Coalesce(Subquery(COUNTED, output_field=IntegerField()), 0),
        granted=ArraySubquery(GRANTED.values(told=Concat("role", Value(" "), "scope"))),
    )
)


class SignInBackend(AuthenticationBackend):
    """allauth's, by e-mail; the person of a request comes with their roles, and with the number of unread messages for
    the header of every page, in the one statement that reads the person."""

    def get_user(self, user_id: Any) -> User | None:
        user = one_person(user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        granted = (told.split(" ", 1) for told in user.granted)
        user.current_grants = [RoleGrant(user=user, role=role, scope=scope) for role, scope in granted]
        return user


def name_typed(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The address with which somebody tries to sign in, for axes to count by. allauth gives it as `email`, its form as
    `login`; without this, axes would find no name, and lock out everybody behind one office address."""
    typed = (credentials or {}).get("email") or request.POST.get("login")
    return typed.strip().lower() if typed else None
