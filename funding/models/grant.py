from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from funding.models.budget import BudgetLine
from funding.models.entitlement import Entitlement
from funding.states.grant import DEAD, GRANT_MOVES, GrantState, SchemeKind
from stations.models import District, Organisation, Station


class Grant(models.Model):
    """资金支持: one amount for one entitlement out of one line. Entitlement, line and amount stay as they were proposed;
    triggers hold it to its course, to an active title at approval, and to a receipt of the bank when it is paid."""

    MOVES = GRANT_MOVES
    ACTS = {"propose": "拟定资金支持"}

    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, related_name="grants", verbose_name="支持对象"
    )
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="grants", verbose_name="预算科目")
    state = models.CharField("状态", max_length=20, choices=GrantState, default=GrantState.PROPOSED)
    # Those of the entitlement (trigger); here for the constraints
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="建设主体")
    measure = models.CharField("办法", max_length=30)
    kind = models.CharField("类别", max_length=20, choices=SchemeKind)
    ceiling = models.PositiveIntegerField("最高金额（元）")
    amount = models.PositiveIntegerField("金额（元）")
    amount_reason = models.CharField("低于最高金额的理由", max_length=500, blank=True)
    again = models.BooleanField("再次享受一次性支持", default=False)
    again_reason = models.CharField("再次享受的理由", max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="拟定人"
    )
    proposed_at = models.DateTimeField("拟定时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审批人",
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    voucher = models.CharField("对账凭证号", max_length=60, blank=True)
    repaid_on = models.DateField("退款日期", null=True, blank=True)
    repaid_reference = models.CharField("退款流水号", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资金支持"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=GrantState.values), name="grant_state_known"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="a_grant_is_worth_something"),
            models.CheckConstraint(condition=Q(amount__lte=F("ceiling")), name="a_grant_stays_within_the_ceiling"),
            models.CheckConstraint(
                condition=Q(amount=F("ceiling")) | ~Q(amount_reason=""), name="less_than_the_ceiling_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(again=False) | ~Q(again_reason=""), name="support_given_again_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["entitlement"], condition=~Q(state__in=DEAD), name="an_entitlement_is_granted_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "measure"],
                condition=Q(kind=SchemeKind.AWARD_SUPPORT, again=False) & ~Q(state__in=DEAD),
                name="one_award_support_per_organisation_and_measure",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="a_grant_is_approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[GrantState.PROPOSED, GrantState.CANCELLED])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_decided_grant_names_who_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=GrantState.RECOVERED) | Q(repaid_on__isnull=False),
                name="a_recovered_grant_says_when_it_was_repaid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entitlement.station} {self.entitlement.scheme}"

    def get_absolute_url(self) -> str:
        return reverse("funding:grant_detail", args=[self.pk])


class MatchingFund(models.Model):
    """区级配套: what a district gave a station besides (Art 19). Recorded, and in no sum of the bureau's budget."""

    ACTS = {"record": "登记区级配套", "withdraw": "撤销登记"}

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name="服务站")
    year = models.PositiveSmallIntegerField("年度")
    amount = models.PositiveIntegerField("金额（元）")
    note = models.CharField("政策依据或者说明", max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("撤销登记时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "区级配套资金"
        ordering = ["-year", "-id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=1), name="matching_funds_are_worth_something")]

    def __str__(self) -> str:
        return f"{self.station} {self.year}年度区级配套"
