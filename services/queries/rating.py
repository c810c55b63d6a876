"""What companies say of a station's services: its satisfaction of a year, and the ratings as each reader may see them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.rules import reads_all
from accounts.todo import Todo
from services.aspects import CODES, points_of, rounded
from services.models import Rating, RatingInvitation, ServiceRecord
from services.models.rating import POOR_RATING
from services.network import SET_ASIDE
from services.outliers import Given, outliers
from services.states.rating import Integrity
from stations.models import Membership, Station
from stations.queries import stations_visible_to
from stations.rules import memberships


@dataclass(frozen=True)
class Satisfaction:
    """A station's satisfaction of a year, by the date of the service. Points of 100; None where nobody has rated.

    `sample` ratings are counted, of `delivered` services; `set_aside` ratings came from the station's own contacts and
    are not. `flagged` of the sample look odd (services.outliers), come from the same firm's mailbox or from the network
    that the link was made in: counted, and `mean_unflagged` is the mean without them. `asked` companies answered that more was asked for than agreed.
    """

    mean: Decimal | None
    by_aspect: Mapping[str, Decimal | None]
    sample: int
    delivered: int
    rated_share: Decimal | None
    flagged: int
    set_aside: int
    mean_unflagged: Decimal | None
    asked: int
    channels: Mapping[str, int]

    @property
    def words(self) -> str:
        """The figure with its sample, in one line."""
        if self.mean is None:
            return "还没有评价"
        flagged = f"，其中 {self.flagged} 份有异常提示" if self.flagged else ""
        return f"{self.sample} 份评价，占 {self.delivered} 次服务的 {self.rated_share}%{flagged}"


def satisfaction(station: Station, year: int, *, delivered: int | None = None) -> Satisfaction:
    """Two queries, whatever the number of ratings; one where the number of `delivered` services that count is known."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    counted = {"station": station, "served_on__range": (first, last), "set_aside": ""}
    if delivered is None:
        delivered = ServiceRecord.objects.filter(**counted).count()
    rows = Rating.objects.filter(**{f"record__{name}": value for name, value in counted.items()})
    return summed(list(rows.only(*SEEN)), delivered)


SEEN = (*CODES, "points", "flags", "network", "integrity", "channel", "rated_at")


def summed(ratings: Sequence[Rating], delivered: int) -> Satisfaction:
    own = [rating for rating in ratings if is_set_aside(rating)]
    rows = [rating for rating in ratings if not is_set_aside(rating)]
    odd = outliers([given(rating) for rating in rows])
    plain = [rating for rating in rows if rating.pk not in odd and not rating.flags]
    return Satisfaction(
        mean=mean(rating.points for rating in rows),
        by_aspect={code: mean(points_of(getattr(rating, code)) for rating in rows) for code in CODES},
        sample=len(rows),
        delivered=delivered,
        rated_share=rounded(Decimal(100 * len(rows)) / delivered) if delivered else None,
        flagged=len(rows) - len(plain),
        set_aside=len(own),
        mean_unflagged=mean(rating.points for rating in plain),
        asked=sum(rating.integrity == Integrity.ASKED for rating in ratings),
        channels=Counter(rating.channel for rating in rows),
    )


def mean(points: Iterable[int]) -> Decimal | None:
    found = list(points)
    return rounded(Decimal(sum(found)) / len(found)) if found else None


def is_set_aside(rating: Rating) -> bool:
    """Whether it came, as far as one can know, from the station itself."""
    return bool(SET_ASIDE & set(rating.flags))


def given(rating: Rating) -> Given:
    return Given(rating.pk, Decimal(rating.points), rating.rated_at, rating.network)


# -- Who sees them  ----


def ratings_visible_to(user: Any) -> QuerySet[Rating]:
    """All for the bureau and the auditor; for district staff those of stations that their district holds or supervises;
    for a station's people their own. Those of withdrawn records are kept and not shown."""
    rows = Rating.objects.select_related("record__station__organisation", "improved_by").exclude(
        record__set_aside="withdrawn"
    )
    if not user.is_authenticated:
        return rows.none()
    if reads_all(user):
        return rows
    seen = Q(record__station__organisation__in=memberships(user))
    if scope := user.districts:
        seen |= Q(record__station__district__in=scope) | Q(record__station__supervised_by__in=scope)
    return rows.filter(seen)


def flagged(rows: QuerySet[Rating]) -> QuerySet[Rating]:
    """Those that have a contact, a mailbox or a network in common with the station."""
    return rows.exclude(flags=[])


def years_of() -> list[tuple[int, str]]:
    """Years to choose from in a list: this one and the five before."""
    now = timezone.localdate().year
    return [(year, f"{year}年") for year in range(now, now - 6, -1)]


def rated_stations(user: Any, year: int) -> QuerySet[Station]:
    """Stations of the reader's, each with its satisfaction of the year: `mean` of 100, `sample` ratings that count and
    `delivered` services."""
    of_year: dict[str, Any] = {"station": OuterRef("pk"), "served_on__year": year, "set_aside": ""}
    records = ServiceRecord.objects.filter(**of_year).order_by().values("station")
    ratings = Rating.objects.filter(**{f"record__{name}": value for name, value in of_year.items()})
    for flag in SET_ASIDE:
        ratings = ratings.exclude(flags__contains=flag)
    grouped = ratings.order_by().values("record__station")
    return stations_visible_to(user).annotate(
        delivered=Coalesce(Subquery(records.annotate(count=Count("pk")).values("count")), 0),
        sample=Coalesce(Subquery(grouped.annotate(count=Count("pk")).values("count")), 0),
        mean=Subquery(grouped.annotate(mean=Avg("points")).values("mean")),
    )


def sees_who(user: Any, rating: Rating) -> bool:
    """Whether the reader learns which service, and so which company, it is about: who supervises, never the station."""
    return rating.record.station.organisation_id not in memberships(user)


def with_notes(ratings: Iterable[Rating]) -> list[Rating]:
    """The ratings of a page, each with `odd`: what the rule on outliers says of it within its station and year."""
    rows = list(ratings)
    wanted = {(rating.record.station_id, rating.record.served_on.year) for rating in rows}
    chosen = Q(pk__in=[])
    for station, year in wanted:
        chosen |= Q(record__station=station, record__served_on__year=year)
    by_year: dict[tuple[int, int], list[Given]] = defaultdict(list)
    found = Rating.objects.filter(chosen, record__set_aside="").annotate(
        station_number=F("record__station"), served_on=F("record__served_on")
    )
    for other in found.only(*SEEN) if wanted else ():
        if not is_set_aside(other):
            by_year[other.station_number, other.served_on.year].append(given(other))
    odd = {key: reasons for year in by_year.values() for key, reasons in outliers(year).items()}
    for rating in rows:
        rating.odd = odd.get(rating.pk, ())  # type: ignore[attr-defined]
    return rows


def invitation_of(token_sha256: str) -> RatingInvitation | None:
    """The invitation that this token opens, used up or not."""
    rows = RatingInvitation.objects.select_related("record__station__organisation")
    return rows.filter(token_sha256=token_sha256).first()


def asked_for(record: ServiceRecord, at: dt.datetime) -> tuple[str, bool]:
    """(how far the rating of this service is, in words; whether a link may be sent now). When it was rated is not told."""
    if Rating.objects.filter(record=record).exists():
        return "服务对象已评价", False
    if record.set_aside:
        return "", False
    last = record.invitations.filter(used_at=None, withdrawn_at=None).first()
    if last is None:
        return "没有邀请", True
    return ("已邀请，还没有评价" if last.expires_at > at else "邀请已过有效期，还没有评价"), True


# -- How near a rater is to the station  ----


def has_part_in(user: Any, station: Station) -> bool:
    """Whether the person acts, or ever acted, for the station's organisation, or works for the authority."""
    if not user.is_authenticated:
        return False
    return bool(user.roles) or Membership.objects.filter(user=user.pk, organisation=station.organisation_id).exists()


def contacts_of(station: Station) -> tuple[set[str], set[str]]:
    """(mailboxes, phones) of the station, its organisation and the people who act for it."""
    people = User.objects.filter(memberships__organisation=station.organisation_id).values_list("email", "phone")
    found = list(people)
    phones = {phone for _, phone in found} | {station.phone, station.organisation.contact_phone}
    return {email for email, _ in found}, phones - {""}


# -- What waits  ----


def todo_for(user: Any) -> list[Todo]:
    """Poor ratings of this person's stations that nobody has answered with an improvement: a line for each station."""
    own = memberships(user)
    if not own:
        return []
    poor = ratings_visible_to(user).filter(POOR_RATING, record__station__organisation__in=own, improvement="")
    rows = poor.order_by().values("record__station", "record__station__name").annotate(count=Count("pk"))
    return [
        Todo(
            title=f"{row['count']} 份不满意的评价：{row['record__station__name']}",
            url=f"{reverse('services:rating_list')}?station={row['record__station']}&poor=true",
            reason="请了解原因，改进以后记录改进情况。",
            tone="warn",
        )
        for row in rows
    ]
