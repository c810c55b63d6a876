"""Who may have the paper of a certificate. That it exists, and whether it holds, everybody may read."""

from typing import Any

from django.db.models import QuerySet

from stations.models import Certificate
from stations.queries.title import titles_visible_to


def certificates_visible_to(user: Any) -> QuerySet[Certificate]:
    """Of one's own stations, and of the stations that staff see."""
    rows = Certificate.objects.select_related("title__station__organisation", "title__slot", "pdf")
    return rows.filter(title__in=titles_visible_to(user).values("pk"))
