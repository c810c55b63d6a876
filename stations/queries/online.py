"""What outside platforms tell of a station's services there."""

from django.db.models import QuerySet

from stations.models import OnlineService, Station


def online_services_of(station: Station) -> QuerySet[OnlineService]:
    """What is online now, by the kinds of content. One query, asked when it is first looked at."""
    return OnlineService.objects.filter(station=station, online=True).order_by("content", "platform", "number")
