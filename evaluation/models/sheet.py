from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from evaluation.models.application import Application
from evaluation.models.panel import Expert
from evaluation.models.round import Indicator, Round
from evaluation.states import ENTRY_MOVES, SHEET_MOVES, EntryState, SheetState, Track
from stations.models import Station
from supervision.models import SelfAssessment


class Entry(models.Model):
    """参评对象: one station in a round, on one track. Its dossier is an application (new) or a self-assessment (titled)."""

    MOVES = ENTRY_MOVES
    ACTS = {"create": "列入参评", "assign_more": "补派专家"}

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="entries", verbose_name="评价")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="entries", verbose_name="服务站")
    track = models.CharField("组别", max_length=10, choices=Track)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="entry", verbose_name="申报"
    )
    dossier = models.OneToOneField(
        SelfAssessment, on_delete=models.PROTECT, null=True, blank=True, related_name="entry", verbose_name="自评报告"
    )
    state = models.CharField("状态", max_length=20, choices=EntryState, default=EntryState.ASSIGNED)
    # Where an entry held by an objection goes back to
    held_from = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "参评对象"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="entry_state_known"),
            models.UniqueConstraint(fields=["round", "station"], name="one_entry_per_station_and_round"),
            models.UniqueConstraint(fields=["id", "track"], name="an_entry_has_one_track"),  # lines refer to both
            models.CheckConstraint(
                condition=Q(track=Track.NEW, application__isnull=False, dossier__isnull=True)
                | Q(track=Track.TITLED, application__isnull=True, dossier__isnull=False),
                name="an_entry_has_the_dossier_of_its_track",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station}"


class ScoreSheet(models.Model):
    """评分表: one expert's marks for one entry. Nothing of the file is shown while it is gated."""

    MOVES = SHEET_MOVES

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="sheets", verbose_name="参评对象")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="sheets", verbose_name="专家")
    state = models.CharField("状态", max_length=20, choices=SheetState, default=SheetState.GATED)
    assigned_at = models.DateTimeField("分配时间")
    due_at = models.DateTimeField("完成期限", null=True, blank=True)
    comment = models.TextField("总体意见", max_length=2000, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    # All points of a locked sheet in whole hundredths, in the rubric's order. A trigger fills them in from the scores in
    # the statement that locks; a ranking reads one row per sheet from here instead of nineteen.
    marks = ArrayField(models.IntegerField(), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "评分表"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SheetState.values), name="sheet_state_known"),
            models.UniqueConstraint(fields=["entry", "expert"], name="one_sheet_per_expert_and_entry"),
            models.CheckConstraint(
                condition=~Q(state=SheetState.LOCKED) | Q(locked_at__isnull=False),
                name="a_locked_sheet_has_its_instant",
            ),
            models.CheckConstraint(
                condition=Q(state=SheetState.LOCKED, marks__isnull=False)
                | ~Q(state=SheetState.LOCKED) & Q(marks__isnull=True),
                name="a_sheet_carries_its_marks_once_it_is_locked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} / {self.expert}"


class Score(models.Model):
    """Points for one indicator on one sheet; not scored is NULL and never a number. A trigger holds points to the
    indicator's maximum, the round's step, and the sheet's being open. Old values are kept in its history."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="scores")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True, blank=True)
    reason = models.CharField("扣分理由", max_length=500, blank=True)
    saved_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "得分"
        ordering = ["sheet", "indicator__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "indicator"], name="an_indicator_is_scored_once_on_a_sheet"),
            models.CheckConstraint(condition=Q(points__isnull=True) | Q(points__gte=0), name="points_are_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.indicator_id} {self.points}"
