"""What the bureau does with a filed self-assessment: reviewed, returned for supplement, taken into the round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from ledger import moves
from ledger.errors import Refused
from ledger.journal import record
from measures.words import cn_day
from stations.queries.members import people_of
from supervision.actions.self_assessment_clock import stand
from supervision.models import SelfAssessment
from supervision.queries.self_assessment_content import measure_of
from supervision.states.self_assessment import FILED_STATES, SelfAssessmentState

MAX_WORDS = 2000
MAX_REASON = 500


@transaction.atomic
def review_self_assessment(
    assessment: SelfAssessment, *, actor: User, at: dt.datetime | None = None, feedback: str
) -> SelfAssessment:
    """Tell the station what the bureau thinks of its report. Raises Refused: `not_allowed`, `wrong_state`,
    `feedback_missing`, `too_long`."""
    at, feedback = at or timezone.now(), feedback.strip()
    if not feedback:
        raise Refused("feedback_missing", "请填写给服务站的审阅意见。", field="feedback")
    refuse_too_long(feedback, "feedback")
    moves.apply(assessment, "review", actor=actor, at=at, feedback=feedback, reviewed_at=at)
    tell(assessment, "reviewed", "已审阅", f"审阅意见：{feedback}", at=at)
    return assessment


@transaction.atomic
def return_self_assessment(
    assessment: SelfAssessment,
    *,
    actor: User,
    at: dt.datetime | None = None,
    items: Mapping[str, str],
    last_day: dt.date,
) -> SelfAssessment:
    """Ask for a supplement of the named indicators, {code: reason}, until the end of `last_day`. That it was filed in
    time stays a fact; what was filed stands unless something is filed anew.

    Raises Refused: `not_allowed`, `wrong_state`, `nothing_named`, `unknown_item`, `too_long`, `due_in_the_past`,
    `in_round` once the report is the dossier of an entry: all are then judged on what they had filed.
    """
    at = at or timezone.now()
    reasons = {code: reason.strip() for code, reason in items.items() if reason.strip()}
    if not reasons:
        raise Refused("nothing_named", "请至少在一项指标下写明要补充什么。")
    names = {indicator.code: indicator.name for indicator in measure_of(assessment).indicators}
    if unknown := set(reasons) - set(names):
        raise Refused("unknown_item", f"没有指标 {'、'.join(sorted(unknown))}，请核对。")
    for code, reason in reasons.items():
        refuse_too_long(reason, code, MAX_REASON)
    if last_day <= timezone.localdate(at):
        raise Refused("due_in_the_past", "补充期限须晚于今天，请改正。", field="last_day")
    row = moves.lock(assessment)
    moves.check_permission(SelfAssessment.MOVES["return"], actor, row)
    if row.entered_at is not None:
        raise Refused("in_round", "该报告已列入年度评价，是专家评审的依据，不能再退回。有意见的，请在审阅意见中写明。")
    due_at = dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(), timezone.get_default_timezone())
    said = "\n".join(f"{code} {names[code]}：{reason}" for code, reason in reasons.items())
    moves.apply(
        assessment,
        "return",
        actor=actor,
        at=at,
        reason=said,
        facts={"items": reasons, "due_at": due_at},
        returned=reasons,
        return_due_at=due_at,
    )
    tell(
        assessment,
        f"returned:{at.isoformat()}",
        "请补充",
        f"请在{cn_day(last_day)}24时前补充以下内容，再次报送：\n{said}",
        at=at,
    )
    return assessment


@transaction.atomic
def take_into_round(
    assessment: SelfAssessment, *, actor: Any, at: dt.datetime | None = None, facts: Mapping[str, Any]
) -> SelfAssessment:
    """The report becomes the dossier of an entry: from now on it is not returned any more. One that is out for supplement
    stands as it was filed. Called by the action that makes the entry, which has asked who may; once is enough.

    Raises Refused `not_filed`.
    """
    at = at or timezone.now()
    row = moves.lock(assessment)
    if row.state not in FILED_STATES:
        raise Refused("not_filed", f"{row}还没有报送，不能列入评价。")
    if row.entered_at is not None:
        return row
    if row.state == SelfAssessmentState.RETURNED:
        stand(row, actor=actor, at=at, reason="评审开始时没有再次报送，按原报送内容列入评价。")
    row.entered_at = at
    row.save(update_fields=["entered_at"])
    record(row, "enter", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    return row


def refuse_too_long(text: str, field: str, most: int = MAX_WORDS) -> None:
    if len(text) > most:
        raise Refused("too_long", f"内容超过 {most} 字，请删减。", field=field)


def tell(assessment: SelfAssessment, event: str, what: str, body: str, *, at: dt.datetime) -> None:
    station = assessment.title.station
    notify(
        people_of(station.organisation),
        at=at,
        key=f"self-assessment:{assessment.pk}:{event}",
        subject=f"{station}的 {assessment.year} 年度自评{what}",
        body=body,
        url=assessment.get_absolute_url(),
    )
