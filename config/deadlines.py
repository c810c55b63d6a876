"""Every kind of instant at which something is due: where it is kept, what happens then, and whom it concerns.

One table serves the clockwork (which goes through what is due in its order), the page of dates and the calendar feed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Min, Prefetch, Q, QuerySet

from config.deadline_kind import Kind
from evaluation.models import Application, Objection, PublicNotice, Round
from evaluation.queries.application import applications_visible_to
from evaluation.queries.notices import notices_visible_to, rule_in_words
from evaluation.queries.objections import objections_visible_to
from evaluation.queries.rounds import rounds_visible_to
from evaluation.states import ApplicationState, NoticeKind, NoticeState, ObjectionState, RoundState
from measures.periods import Rule
from services.models import Equipment, Need, Progress, Qualification, TrainingEvent
from services.queries.agency import qualifications_visible_to
from services.queries.equipment import equipment_visible_to
from services.queries.need import needs_visible_to
from services.queries.need_work import steps_visible_to
from services.queries.training import trainings_visible_to
from services.states.library import LibraryState
from services.states.need import IN_HAND, NeedState
from services.states.training import TrainingState
from stations.states import TitleState
from supervision.models import (
    Complaint,
    ComplaintStatement,
    ImprovementItem,
    Inspection,
    RevocationCase,
    SelfAssessment,
    YearPlan,
)
from supervision.queries.complaint import complaints_visible_to, statements_visible_to
from supervision.queries.improvement import items_visible_to
from supervision.queries.inspection import inspections_visible_to
from supervision.queries.revocation import own_revocations, revocations_visible_to
from supervision.queries.self_assessment import self_assessments_visible_to
from supervision.queries.year_plan import year_plans_visible_to
from supervision.states.complaint import COMPLAINT_UNDER_WAY, ComplaintState, StatementState
from supervision.states.improvement import OWED
from supervision.states.inspection import OPEN as INSPECTION_OPEN
from supervision.states.revocation import RevocationState
from supervision.states.self_assessment import SelfAssessmentState
from supervision.states.year_plan import YearPlanState


def of_round(round: Round) -> str:
    return f"评价通知：{round.name}"


def notice_url(round: Round) -> str:
    """The public paper of a round: everybody may read it."""
    papers = [notice for notice in round.notices.all() if notice.kind == NoticeKind.EVALUATION]
    return papers[-1].get_absolute_url() if papers else round.get_absolute_url()


def rounds_with_papers(user: Any) -> QuerySet[Round]:
    return rounds_visible_to(user).prefetch_related(Prefetch("notices", PublicNotice.objects.order_by("pk")))


def told_revocations(user: Any) -> QuerySet[RevocationCase]:
    """The bureau's and the district's cases, and those that one's own station was told of."""
    return revocations_visible_to(user) if user.roles else own_revocations(user)


def return_rule(application: Application) -> str:
    return f"退回之日的次日起 {application.round.return_days} 个工作日（本轮设定）"


def objection_rule(objection: Objection) -> str:
    days = objection.notice.round.setting("objection_days")
    return f"受理之日的次日起 {days} 个工作日（本轮设定）"


def self_assessment_rule(assessment: SelfAssessment) -> str:
    counted = assessment.deadline.get("rule")
    said = f"，{Rule(counted).label}" if counted else ""
    provisional = "（暂定：放假安排尚未公布）" if assessment.deadline.get("provisional") else ""
    return f"办法第十六条：当年10月底前{said}{provisional}"


def improvement_rule(item: ImprovementItem) -> str:
    if not item.deadline:
        return "由提出整改的单位指定"
    return (
        f"提出整改之日的次日起 {sum(day['counted'] for day in item.deadline['days'])} 日（年度监督安排），遇休息日顺延"
    )


def counted(since: str, counting: Mapping[str, Any]) -> str:
    """The rule of a period in working days, out of its counting (measures.periods)."""
    days = sum(day["counted"] for day in counting.get("days", []))
    return f"{since}之日的次日起 {days} 个工作日（年度监督安排）"


KINDS: tuple[Kind, ...] = (
    Kind(
        code="intake_opens",
        url=notice_url,
        label="申报开始",
        model=Round,
        field="opens_at",
        waiting=Q(state=RoundState.PUBLISHED),
        visible_to=rounds_with_papers,
        happens="自动开放申报",
        rule=of_round,
        concerns=lambda round: "申报单位",
        job="open_rounds",
    ),
    Kind(
        code="intake_closes",
        url=notice_url,
        label="申报截止",
        model=Round,
        field="closes_at",
        waiting=Q(state__in=[RoundState.PUBLISHED, RoundState.OPEN]),
        visible_to=rounds_with_papers,
        happens="自动停止接收申报",
        rule=of_round,
        concerns=lambda round: "申报单位、受理人员",
        job="close_intake",
    ),
    Kind(
        code="supplement",
        list_url="evaluation:application_list",
        label="补正截止",
        model=Application,
        field="due_at",
        waiting=Q(state=ApplicationState.RETURNED),
        visible_to=lambda user: applications_visible_to(user).select_related("round", "station__organisation"),
        happens="未补正的，申报自动失效",
        rule=return_rule,
        concerns=lambda application: application.station.organisation.name,
        job="lapse_returns",
    ),
    Kind(
        code="notice_closes",
        label="公示期满",
        model=PublicNotice,
        field="closes_at",
        waiting=Q(state=NoticeState.PUBLISHED, kind=NoticeKind.RESULT),
        visible_to=lambda user: notices_visible_to(user).filter(kind=NoticeKind.RESULT).select_related("round"),
        happens="自动结束公示，不再接收异议",
        rule=rule_in_words,
        title=lambda notice: notice.title,
        concerns=lambda notice: "社会公众、参评单位",
        job="close_notices",
    ),
    Kind(
        code="objection",
        list_url="evaluation:objection_list",
        label="异议办结",
        model=Objection,
        field="due_at",
        waiting=Q(state__in=[ObjectionState.ACCEPTED, ObjectionState.INVESTIGATING]),
        visible_to=objections_visible_to,
        happens="提醒办理人；不自动作出结论",
        rule=objection_rule,
        title=lambda objection: f"对{objection.entry.station}的异议",
        concerns=lambda objection: str(objection.investigator or "评价管理人员"),
    ),
    Kind(
        code="self_assessment",
        list_url="supervision:self_assessment_list",
        label="年度自评报送",
        model=SelfAssessment,
        field="due_at",
        waiting=Q(state__in=[SelfAssessmentState.DUE, SelfAssessmentState.DRAFT], title__state=TitleState.ACTIVE),
        visible_to=self_assessments_visible_to,
        happens="未报送的，自动记为未报送；是否处理由人决定",
        rule=self_assessment_rule,
        concerns=lambda assessment: assessment.title.station.organisation.name,
        job="mark_missing",
    ),
    Kind(
        code="self_assessment_opens",
        label="年度自评开放",
        model=YearPlan,
        field="self_assessment_opens_on",
        waiting=Q(state=YearPlanState.IN_FORCE, self_assessment_opened_at__isnull=True),
        visible_to=year_plans_visible_to,
        happens="自动开放，并通知持有市级称号的服务站",
        rule=str,
        concerns=lambda plan: "持有市级称号的服务站",
        job="open_self_assessments",
    ),
    Kind(
        code="self_assessment_supplement",
        list_url="supervision:self_assessment_list",
        label="自评补充截止",
        model=SelfAssessment,
        field="return_due_at",
        waiting=Q(state=SelfAssessmentState.RETURNED),
        visible_to=self_assessments_visible_to,
        happens="未再次报送的，按原报送内容处理",
        rule=lambda assessment: "市局退回补充时确定的期限",
        concerns=lambda assessment: assessment.title.station.organisation.name,
        job="stand_returns",
    ),
    Kind(
        code="inspection",
        label="监督检查",
        model=Inspection,
        field="due_at",
        waiting=Q(state__in=sorted(INSPECTION_OPEN)),
        visible_to=inspections_visible_to,
        happens="列入检查人员待办；不自动结束检查",
        rule=lambda inspection: f"检查计划的结束日期（{inspection.plan}）",
        title=lambda inspection: f"检查{inspection.title.station}",
        concerns=lambda inspection: "、".join(map(str, inspection.inspectors.all())),
    ),
    Kind(
        code="improvement",
        label="整改期限",
        model=ImprovementItem,
        field="due_at",
        waiting=Q(state__in=sorted(OWED)),
        visible_to=items_visible_to,
        happens="提醒服务站和监管单位；不自动作出结论",
        rule=improvement_rule,
        title=lambda item: f"{item.plan.station}整改第{item.position}项",
        concerns=lambda item: item.plan.station.organisation.name,
    ),
    Kind(
        code="revocation_statement",
        list_url="supervision:revocation_list",
        label="陈述申辩截止",
        model=RevocationCase,
        field="statement_due_at",
        waiting=Q(state=RevocationState.NOTIFIED),
        visible_to=told_revocations,
        happens="没有陈述申辩的，记为期满；是否撤销由人决定",
        rule=lambda case: f"告知书送达之日的次日起 {case.statement_days} 日（市局设定）",
        concerns=lambda case: case.title.station.organisation.name,
        title=lambda case: f"{case.title.station}撤销案件",
        url=lambda case: case.get_absolute_url(),
        job="lapse_statements",
    ),
    Kind(
        code="complaint_receipt",
        list_url="supervision:complaint_list",
        label="决定是否受理投诉",
        model=Complaint,
        field="receipt_due_at",
        waiting=Q(state=ComplaintState.RECEIVED),
        visible_to=complaints_visible_to,
        happens="提醒办理人；不自动作出决定",
        rule=lambda complaint: counted("收到", complaint.receipt_deadline),
        concerns=lambda complaint: "受理人员、评价管理人员",
    ),
    Kind(
        code="complaint_answer",
        list_url="supervision:complaint_list",
        label="答复投诉",
        model=Complaint,
        field="answer_due_at",
        waiting=Q(state__in=COMPLAINT_UNDER_WAY),
        visible_to=complaints_visible_to,
        happens="提醒核查人；不自动作出结论",
        rule=lambda complaint: counted("受理", complaint.answer_deadline),
        concerns=lambda complaint: str(complaint.investigator or "评价管理人员"),
    ),
    Kind(
        code="complaint_statement",
        list_url="supervision:complaint_statement_list",
        label="服务站情况说明",
        model=ComplaintStatement,
        field="due_at",
        waiting=Q(state=StatementState.ASKED),
        visible_to=statements_visible_to,
        happens="提醒服务站；逾期仍可提交，核查结束后不再接收",
        rule=lambda asked: "要求说明时指定的日期",
        concerns=lambda asked: asked.complaint.station.organisation.name,
    ),
    Kind(
        code="training",
        list_url="services:training_list",
        label="培训开始",
        model=TrainingEvent,
        field="starts_at",
        waiting=Q(state=TrainingState.OPEN),
        visible_to=trainings_visible_to,
        happens="自动停止报名；结束后由服务站核对签到并办结",
        rule=lambda event: "服务站发布的时间",
        title=lambda event: event.title,
        concerns=lambda event: event.station.name,
        job="hold_trainings",
    ),
    Kind(
        code="qualification",
        list_url="services:agency_list",
        label="服务机构资质到期",
        model=Qualification,
        field="expires_at",
        waiting=Q(agency__state=LibraryState.ACTIVE),
        visible_to=qualifications_visible_to,
        happens="到期前 60、30、7 天提醒服务站；过期的不再用于对接",
        rule=lambda held: "证书上的有效期",
        title=lambda held: f"{held.agency} {held.short_type}",
        concerns=lambda held: held.agency.station.name,
    ),
    Kind(
        code="calibration",
        list_url="services:equipment_list",
        label="设备检定校准到期",
        model=Equipment,
        field="expires_at",
        waiting=Q(state=LibraryState.ACTIVE),
        visible_to=equipment_visible_to,
        happens="到期前 60、30、7 天提醒服务站；过期的不再用于对接",
        rule=lambda instrument: "检定校准证书上的有效期",
        concerns=lambda instrument: instrument.station.name,
    ),
    Kind(
        code="need_response",
        list_url="services:need_list",
        label="答复企业需求",
        model=Need,
        field="response_due_at",
        waiting=Q(state=NeedState.RECEIVED),
        visible_to=needs_visible_to,
        happens="列入待办，逾期标红；不自动作出结论",
        rule=lambda need: counted("收到", need.response_deadline),
        concerns=lambda need: str(need.station or "待分派服务站"),
    ),
    Kind(
        code="need_step",
        list_url="services:need_list",
        label="服务进展事项",
        model=Progress,
        field="due_at",
        waiting=Q(done_at__isnull=True, need__state__in=sorted(IN_HAND)),
        visible_to=steps_visible_to,
        happens="提醒服务站；不自动作出结论",
        rule=lambda step: "登记进展时填写的期限",
        title=lambda step: f"{step.need.company}：{step}",
        concerns=lambda step: step.need.station.organisation.name,
    ),
)


# -- The clockwork: what is due, in its order  ----


def instants(until: dt.datetime) -> Iterator[dt.datetime]:
    """The instants before `until` at which the clock has something to do, each once, earliest first. Asked for one after
    the other, because what happens at one may bring the next: an intake that was missed opens and then closes."""
    last: dt.datetime | None = None
    while (found := earliest(last, until)) is not None:
        yield found
        last = found


def earliest(after: dt.datetime | None, until: dt.datetime) -> dt.datetime | None:
    """The first instant after `after` and before `until` at which the clock has something to do."""
    found = []
    for kind in KINDS:
        if not kind.job:
            continue
        rows = kind.rows().filter(**{f"{kind.field}__lte": kind.bound(until)})
        if after is not None:
            rows = rows.filter(**{f"{kind.field}__gt": kind.bound(after)})
        first = rows.aggregate(first=Min(kind.field))["first"]
        if first is not None:
            found.append(kind.instant(first))
    first = min(found, default=None)
    return first if first is not None and first < until else None


def waiting(until: dt.datetime) -> list[tuple[dt.datetime, Kind, Any]]:
    """What the clock has to do up to `until`, in its order: (instant, kind, thing)."""
    found = [
        (kind.instant(getattr(row, kind.field)), kind, row)
        for kind in KINDS
        if kind.job
        for row in kind.rows().filter(**{f"{kind.field}__lte": kind.bound(until)})
    ]
    return sorted(found, key=lambda line: (line[0], KINDS.index(line[1]), line[2].pk))
