"""Training events as the public, their station and the authority read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.rules import reads_all
from accounts.todo import Todo
from services.models import TrainingAttendance, TrainingEvent, TrainingSignUp
from services.states.training import TRAINING_PUBLIC, SignUpState, TrainingState
from stations.models import Station
from stations.queries import ability_choices
from stations.rules import memberships

SALT = "services.training.attendance"


def kinds() -> dict[str, str]:
    """{code: name} of the service kinds of Art 9."""
    return dict(ability_choices())


def stations_to_train_for(user: Any) -> QuerySet[Station]:
    """The stations whose training events the person runs."""
    return Station.objects.filter(organisation__in=memberships(user)).only("name").order_by("name")


def people(state: str) -> Any:
    """Subquery: how many people signed up for an event in this state."""
    rows = TrainingSignUp.objects.filter(event=OuterRef("pk"), state=state).order_by().values("event")
    return Coalesce(Subquery(rows.annotate(sum=Sum("people")).values("sum")), 0)


def counted(rows: QuerySet[TrainingEvent]) -> QuerySet[TrainingEvent]:
    """With the numbers of a list: people signed up and waiting, companies that came."""
    came = TrainingAttendance.objects.filter(event=OuterRef("pk")).order_by().values("event")
    return rows.annotate(
        signed=people(SignUpState.SIGNED),
        waiting=people(SignUpState.WAITING),
        came=Coalesce(Subquery(came.annotate(count=Count("pk")).values("count")), 0),
    )


def places_taken(event: TrainingEvent) -> int:
    """People with a place. Right only for who holds the lock on the event."""
    return event.sign_ups.filter(state=SignUpState.SIGNED).aggregate(sum=Sum("people"))["sum"] or 0


def public_trainings(user: Any = None) -> QuerySet[TrainingEvent]:
    """Every event that was announced."""
    rows = TrainingEvent.objects.filter(state__in=TRAINING_PUBLIC).select_related("station")
    return counted(rows).order_by("-starts_at", "-pk")


def trainings_to_come(station: Station) -> QuerySet[TrainingEvent]:
    """Those of one station that a company can sign up for now, the next first."""
    open_ones = TrainingEvent.objects.filter(station=station, state=TrainingState.OPEN, starts_at__gt=timezone.now())
    return open_ones.order_by("starts_at", "pk")


def trainings_visible_to(user: Any) -> QuerySet[TrainingEvent]:
    """All for the bureau and the auditor, for district staff those of their district's stations, for a station's people
    their own; drafts are the station's alone."""
    rows = TrainingEvent.objects.select_related("station__organisation", "created_by")
    if not user.is_authenticated:
        return rows.none()
    own = Q(station__organisation__in=memberships(user))
    seen = Q() if reads_all(user) else Q(pk__in=[])
    if scope := user.districts:
        seen |= Q(station__district__in=scope) | Q(station__supervised_by__in=scope)
    return rows.filter(own | (seen & ~Q(state=TrainingState.DRAFT)))


def trainings_listed(user: Any) -> QuerySet[TrainingEvent]:
    return counted(trainings_visible_to(user))


def sign_ups_by_number(user: Any = None) -> QuerySet[TrainingSignUp]:
    """For whoever has the random number of a sign-up."""
    return TrainingSignUp.objects.select_related("event__station")


def sign_ups_visible_to(user: Any) -> QuerySet[TrainingSignUp]:
    return TrainingSignUp.objects.filter(event__in=trainings_visible_to(user)).select_related("event__station")


def sign_ups_with_contact(event: TrainingEvent) -> QuerySet[TrainingSignUp]:
    return event.sign_ups.order_by("signed_at", "pk")


def attendances_visible_to(user: Any) -> QuerySet[TrainingAttendance]:
    rows = TrainingAttendance.objects.filter(event__in=trainings_visible_to(user))
    return rows.select_related("event__station", "sign_up", "registered_by", "record")


def place_in_queue(made: TrainingSignUp) -> int:
    """1 for the head of those who wait; 0 for who does not wait."""
    if made.state != SignUpState.WAITING:
        return 0
    earlier = Q(signed_at__lt=made.signed_at) | Q(signed_at=made.signed_at, pk__lt=made.pk)
    return made.event.sign_ups.filter(earlier, state=SignUpState.WAITING).count() + 1


# -- The QR code of an event  ----


def code_of(event: TrainingEvent) -> str:
    """What the QR code holds beside the address: the event, signed. A renewed code makes the former worthless."""
    return f"{event.pk}-{signature(event.pk, event.code_number)}"


def signature(pk: int, number: int) -> str:
    return salted_hmac(SALT, f"{pk}:{number}", algorithm="sha256").hexdigest()[:20]


def event_of_code(code: str) -> TrainingEvent | None:
    """The event that a code was signed for; None for a forged or a renewed one."""
    pk, _, given = code.partition("-")
    if not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        return None
    event = TrainingEvent.objects.select_related("station").filter(pk=int(pk)).first()
    if event is None or not constant_time_compare(given, signature(event.pk, event.code_number)):
        return None
    return event


# -- What waits  ----


def todo_for(user: Any) -> list[Todo]:
    """Events of this person's stations that are over and not concluded."""
    own = memberships(user)
    if not own:
        return []
    over = TrainingEvent.objects.filter(
        station__organisation__in=own, state=TrainingState.HELD, ends_at__lte=timezone.now()
    )
    return [
        Todo(
            title=f"办结培训活动：{event}",
            url=event.get_absolute_url(),
            reason="培训已经结束。核对到场单位并办结以后，才计入服务记录。",
            tone="warn",
        )
        for event in over.order_by("ends_at", "pk")
    ]
