"""Batches, payments and accounts as pages and actions need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from funding.models import BankAccount, Grant, PaymentBatch, PaymentItem
from funding.states.grant import GrantState
from ledger.sealed import unseal
from stations.models import Organisation
from stations.rules import memberships
from stations.states import MemberRole, TitleState


@dataclass(frozen=True)
class Payee:
    """An account in the open: for the screen and the paper of the finance role alone."""

    holder: str
    bank: str
    number: str


def payee(account: BankAccount) -> Payee:
    return Payee(unseal(account.holder_sealed), unseal(account.bank_sealed), unseal(account.number_sealed))


def account_of(organisation: Organisation) -> BankAccount | None:
    """The account that money would be paid to now."""
    return BankAccount.objects.filter(organisation=organisation).order_by("-pk").first()


def organisations_owned_by(user: Any) -> QuerySet[Organisation]:
    """Those whose account this person may write."""
    own = [pk for pk, role in memberships(user).items() if role == MemberRole.OWNER]
    return Organisation.objects.filter(pk__in=own)


def with_account(rows: QuerySet[Grant]) -> QuerySet[Grant]:
    """Each with the number of its organisation's account (`account_id`), None while there is none."""
    latest = BankAccount.objects.filter(organisation=OuterRef("organisation")).order_by("-pk")
    return rows.annotate(account_id=Subquery(latest.values("pk")[:1]), account_tail=Subquery(latest.values("tail")[:1]))


def grants_to_pay() -> QuerySet[Grant]:
    """Approved grants in no batch, with whether an account is known, in the order of approval."""
    in_batch = PaymentItem.objects.filter(grant=OuterRef("pk"), dropped_at__isnull=True)
    rows = Grant.objects.filter(~Exists(in_batch), state=GrantState.APPROVED).select_related(
        "entitlement__station", "entitlement__scheme", "entitlement__title", "organisation", "line__budget"
    )
    return with_account(rows).order_by("decided_at", "pk")


def payable(grant: Any) -> bool:
    """Whether a grant of `grants_to_pay` can go into a batch."""
    return grant.account_id is not None and grant.entitlement.title.state == TitleState.ACTIVE


def batches_visible_to(user: Any) -> QuerySet[PaymentBatch]:
    """All batches, with their sums, for those who read the bureau's money."""
    if not user.has_perm("funding.read_money"):
        return PaymentBatch.objects.none()
    held = Q(items__dropped_at__isnull=True)
    return PaymentBatch.objects.select_related("made_by").annotate(
        count=Count("items", filter=held),
        paid=Count("items__receipt", filter=held),
        total=Sum("items__amount", filter=held, default=0),
    )


def items_of(batch: PaymentBatch) -> QuerySet[PaymentItem]:
    return batch.items.select_related(
        "account", "receipt", "grant__organisation", "grant__entitlement__station", "grant__entitlement__scheme"
    )


def items_visible_to(user: Any) -> QuerySet[PaymentItem]:
    if not user.has_perm("funding.read_money"):
        return PaymentItem.objects.none()
    return PaymentItem.objects.select_related("batch", "grant__organisation", "grant__entitlement__station")
