"""What the four libraries have in common."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ledger.sealed import seal, unseal
from services.states.library import LIBRARY_ACTS, LIBRARY_MOVES, LibraryState
from stations.models import Station


class SealedPhone(models.Model):
    """A number that the station calls: it lies sealed in its column."""

    phone_sealed = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def phone(self) -> str:
        """The number, opened. Never logged; shown in full to the station that wrote it down only."""
        return unseal(self.phone_sealed)

    @phone.setter
    def phone(self, value: str) -> None:
        self.phone_sealed = seal(value.strip())


class Contact(SealedPhone):
    """Whom the station asks for there."""

    contact_name = models.CharField("联系人", max_length=40, blank=True)

    class Meta:
        abstract = True


class LibraryItem(models.Model):
    """A row of a station's library. `shared` shows it, masked, to the other stations."""

    MOVES = LIBRARY_MOVES
    ACTS = LIBRARY_ACTS

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="%(class)s_rows", verbose_name="服务站")
    state = models.CharField("状态", max_length=20, choices=LibraryState, default=LibraryState.ACTIVE)
    shared = models.BooleanField(
        "与其他服务站共享", default=False, help_text="勾选后，其他服务站可以看到，联系方式等已遮盖。"
    )
    note = models.TextField("备注", max_length=500, blank=True)
    changed_at = models.DateTimeField("更新时间")
    version = models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")

    class Meta:
        abstract = True
        ordering = ["-changed_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(state__in=LibraryState.values), name="%(class)s_state_known")]


def kinds_field() -> ArrayField:
    """Codes of the service kinds of Art 9."""
    return ArrayField(models.CharField(max_length=40), default=list, verbose_name="服务种类")
