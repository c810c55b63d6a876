"""Machine clients, and the stations that they may act for."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from oauth2_provider.models import AccessToken

from accounts.rules import is_system_admin
from integration.models import ApiClient, StationAuthorisation
from integration.states.client import AuthorisationState, ClientState
from stations.models import Station
from stations.rules import memberships
from stations.states import MemberRole


def stations_of(client: ApiClient, scope: str = "") -> QuerySet[Station]:
    """Stations that have authorised the client and not withdrawn it; with `scope`, for that scope. Anything else does
    not exist for the client. None for a disabled client."""
    if client.state != ClientState.ACTIVE:
        return Station.objects.none()
    given = StationAuthorisation.objects.filter(client=client, state=AuthorisationState.GIVEN)
    if scope:
        given = given.filter(scopes__contains=[scope])
    return Station.objects.filter(pk__in=given.values("station"))


def clients_visible_to(user: Any) -> QuerySet[ApiClient]:
    """All for the system administrator, with `stations` that have authorised them; none for anybody else."""
    rows = ApiClient.objects.select_related("registered_by").annotate(
        stations=Count("authorisations", filter=Q(authorisations__state=AuthorisationState.GIVEN))
    )
    return rows if is_system_admin(user) else rows.none()


def authorisations_visible_to(user: Any) -> QuerySet[StationAuthorisation]:
    """What was given and withdrawn for the stations of one's organisations."""
    rows = StationAuthorisation.objects.select_related("client", "station", "given_by")
    return rows.filter(station__organisation__in=memberships(user))


def leaves_of(client: ApiClient) -> QuerySet[StationAuthorisation]:
    """Stations that let the client act for them now, by name."""
    given = client.authorisations.filter(state=AuthorisationState.GIVEN)
    return given.select_related("station__organisation").order_by("station__name")


def with_leave_to_give(user: Any) -> list[Station]:
    """Stations whose owner the person is."""
    owned = [pk for pk, role in memberships(user).items() if role == MemberRole.OWNER]
    return list(Station.objects.filter(organisation__in=owned).order_by("name"))


def clients_to_authorise(station: Station) -> QuerySet[ApiClient]:
    """Clients in use that the station has not authorised."""
    given = StationAuthorisation.objects.filter(station=station, state=AuthorisationState.GIVEN)
    return ApiClient.objects.filter(state=ClientState.ACTIVE).exclude(pk__in=given.values("client"))


def token_by_digest(token_sha256: str) -> AccessToken | None:
    """The token with its client; the token itself is not kept, only this digest of it."""
    return AccessToken.objects.select_related("application").filter(token_checksum=token_sha256).first()
