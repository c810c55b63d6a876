import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from ledger.errors import Refused
from ledger.journal import record
from ledger.moves import lock, require
from stations import credit_code
from stations.models import Membership, Organisation
from stations.rules import forget_memberships
from stations.states import MemberRole


@transaction.atomic
def register_organisation(*, actor: User, at: dt.datetime | None = None, **fields: Any) -> Organisation:
    """Enter a legal person; who enters it becomes its administrator. `fields` are those of Organisation.

    Raises Refused: `not_allowed`, `credit_code_…`, `organisation_exists`, `founded_in_the_future`.
    """
    at = at or timezone.now()
    require(actor, "stations.register_organisation", "登记单位")
    organisation = create_organisation(actor=actor, at=at, **fields)
    Membership.objects.create(user=actor, organisation=organisation, role=MemberRole.OWNER, joined_at=at)
    forget_memberships(actor)
    return organisation


def create_organisation(*, actor: User, at: dt.datetime, **fields: Any) -> Organisation:
    """The row alone, without a member: how the import of older titles enters organisations. Inside a transaction."""
    organisation = Organisation(**_checked(fields, at))
    _refuse_twin(organisation)
    organisation.save()
    record(organisation, "register", actor=actor, at=at)
    return organisation


@transaction.atomic
def update_organisation(
    organisation: Organisation, *, actor: User, at: dt.datetime | None = None, seen: int | None = None, **fields: Any
) -> Organisation:
    """Write these fields. `seen` is the version that the form showed: a later one is refused (`stale`).

    Raises Refused as register_organisation does.
    """
    at = at or timezone.now()
    require(actor, "stations.write_organisation", "修改单位信息", organisation)
    row = lock(organisation)
    refuse_stale(row, seen)
    changed = write(row, _checked(fields, at))
    if changed:
        _refuse_twin(row)
        row.version += 1
        row.save()
        record(row, "update", actor=actor, at=at, facts={"fields": changed})
    return row


def refuse_stale(row: Any, seen: int | None) -> None:
    if seen is not None and seen != row.version:
        raise Refused(
            "stale", "您打开本页之后，别人已经修改并保存过。您填写的内容仍在下面，请核对后再保存一次，以您的为准。"
        )


def write(row: Any, fields: dict[str, Any]) -> list[str]:
    """Set the fields on the row, unsaved; the names of those that differ. The journal keeps names only: values may be
    personal, and the history table has them."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    return changed


def _checked(fields: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    if "credit_code" in fields:
        fields = {**fields, "credit_code": credit_code.validate(fields["credit_code"])}
    if "founded_on" in fields and fields["founded_on"] > timezone.localdate(at):
        raise Refused("founded_in_the_future", "成立日期不能晚于今天，请按证照上的成立日期填写。", field="founded_on")
    return fields


def _refuse_twin(organisation: Organisation) -> None:
    if Organisation.objects.filter(credit_code=organisation.credit_code).exclude(pk=organisation.pk).exists():
        raise Refused(
            "organisation_exists",
            "该统一社会信用代码的单位已经登记，请联系本单位的管理员邀请您加入；不知道管理员是谁的，请联系市市场监管局。",
            field="credit_code",
        )
