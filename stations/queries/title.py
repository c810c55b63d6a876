from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from stations.models import Slot, SlotCap, Title
from stations.states import Level, TitleState


def active_titles(level: str = Level.CITY) -> QuerySet[Title]:
    """Titles in force, with station, organisation and place, by place."""
    return (
        Title.objects.filter(state=TitleState.ACTIVE, level=level)
        .select_related("station__organisation", "station__district", "slot")
        .order_by("slot__number", "id")
    )


def free_slots(measure: str) -> QuerySet[Slot]:
    """Places within the cap that no active title holds, lowest number first."""
    held = Title.objects.filter(slot=OuterRef("pk"), state=TitleState.ACTIVE)
    cap = SlotCap.objects.filter(measure=measure).values("cap")
    return (
        Slot.objects.filter(measure=measure, number__lte=Subquery(cap))
        .exclude(Exists(held))
        .order_by(F("number").asc())
    )
