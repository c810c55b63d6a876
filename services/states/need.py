"""States of a company's need (服务需求), from the day it is received to the archive (guide 7.3, Tangshan 6.1)."""

from django.db import models

from ledger.moves import State, move, moves


class NeedState(State):
    RECEIVED = "received", "已收到", "warn", "待评估"
    ASSESSED = "assessed", "已评估", "info", "已评估，待对接"
    MATCHED = "matched", "已对接", "info", "已对接，待签合同"
    CONTRACTED = "contracted", "已签合同", "info", "已签合同，待开始"
    IN_PROGRESS = "in_progress", "服务中", "info", "服务中"
    DELIVERED = "delivered", "已交付", "good", "已交付，待评价"
    RATED = "rated", "已评价", "good", "已评价，待归档"
    ARCHIVED = "archived", "已归档", "neutral", "已归档"
    DECLINED = "declined", "未能承接", "neutral", "不承接"
    WITHDRAWN = "withdrawn", "已撤回", "neutral", "已撤回"


class NeedSource(models.TextChoices):
    """How the need reached the station (guide 7.3.1: asked for, or found by going there)."""

    WEB = "web", "网上发布"
    PHONE = "phone", "电话"
    VISIT = "visit", "现场咨询"
    PATROL = "patrol", "巡回问诊"
    API = "api", "接口推送"


# What staff write down; the others come by themselves
ENTERED_SOURCES = (NeedSource.PHONE, NeedSource.VISIT, NeedSource.PATROL)


class ServiceMode(models.TextChoices):
    """Tangshan 6.1.3: what the station can do itself, it does at once or by appointment; the rest it brings to others."""

    AT_ONCE = "at_once", "本站当场服务"
    APPOINTMENT = "appointment", "本站预约服务"
    AGENCY = "agency", "协调服务机构"


N = NeedState
SERVE = "services.serve_need"
NEED_MOVES = moves(
    # To a station, or to another one; it stays to be assessed
    move("assign", N.RECEIVED, N.RECEIVED, "services.assign_need", "分派需求"),
    move("assess", {N.RECEIVED, N.ASSESSED}, N.ASSESSED, SERVE, "评估需求"),
    move("match", N.ASSESSED, N.MATCHED, SERVE, "确定服务资源"),
    move("contract", N.MATCHED, N.CONTRACTED, SERVE, "签订服务合同"),
    # What is done on the spot needs no contract
    move("serve_at_once", {N.ASSESSED, N.MATCHED}, N.IN_PROGRESS, SERVE, "当场开始服务"),
    move("start", N.CONTRACTED, N.IN_PROGRESS, SERVE, "开始服务"),
    move("deliver", N.IN_PROGRESS, N.DELIVERED, SERVE, "交付服务成果"),
    # By whoever holds the company's link: no person of the portal may do it
    move("rate", N.DELIVERED, N.RATED, "services.rate_need", "企业评价", by_clock=True),
    move("archive", {N.DELIVERED, N.RATED}, N.ARCHIVED, SERVE, "归档"),
    move("decline", {N.RECEIVED, N.ASSESSED}, N.DECLINED, SERVE, "不承接需求", needs_reason=True),
    # By the company with its number, or written down by the station when the company says so
    move(
        "withdraw",
        {N.RECEIVED, N.ASSESSED, N.MATCHED, N.CONTRACTED, N.IN_PROGRESS},
        N.WITHDRAWN,
        SERVE,
        "撤回需求",
        by_clock=True,
        needs_reason=True,
    ),
)
# Until here the company withdraws by itself; afterwards a contract binds it, and it talks to the station
WITHDRAWABLE = frozenset({N.RECEIVED, N.ASSESSED, N.MATCHED})
UNDER_WAY = frozenset({N.RECEIVED, N.ASSESSED, N.MATCHED, N.CONTRACTED, N.IN_PROGRESS})
# With a station that works on it: where the plan and the log are written
IN_HAND = frozenset({N.ASSESSED, N.MATCHED, N.CONTRACTED, N.IN_PROGRESS})


class MatchState(State):
    """Of what was proposed for a need."""

    PROPOSED = "proposed", "征询中", "warn", "待答复"
    ACCEPTED = "accepted", "已接受", "good", "已接受"
    DECLINED = "declined", "未接受", "neutral", "未接受"
    CLOSED = "closed", "不再需要", "neutral", "不再需要"


M = MatchState
MATCH_MOVES = moves(
    move("accept", M.PROPOSED, M.ACCEPTED, SERVE, "接受对接"),
    move("decline", M.PROPOSED, M.DECLINED, SERVE, "不接受对接", needs_reason=True),
    move("close", M.PROPOSED, M.CLOSED, SERVE, "不再征询", by_clock=True),
)
