"""Who is who: reads about people."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.states import Role


def people_with(*roles: Role) -> QuerySet[User]:
    """Active people who hold one of these work roles now."""
    return User.objects.filter(
        is_active=True, role_grants__role__in=roles, role_grants__ended_at__isnull=True
    ).distinct()
