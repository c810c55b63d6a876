"""Kinds and states of organisations, stations and titles."""

from django.db import models

from ledger.moves import State, move, moves


class DistrictKind(models.TextChoices):
    DIVISION = "division", "行政区"
    ZONE = "zone", "功能区"


class OrganisationKind(models.TextChoices):
    """Art 13(1): who may build a station."""

    ENTERPRISE = "enterprise", "企业"
    INSTITUTION = "institution", "事业单位"
    RESEARCH = "research", "科研院所"
    TECHNICAL = "technical", "专业技术机构"
    SOCIAL = "social", "社会组织"
    OTHER = "other", "其他"


class MemberRole(models.TextChoices):
    OWNER = "owner", "管理员"
    MEMBER = "member", "经办人"


# How the journal words what happens to an organisation and its members
ORGANISATION_ACTS = {
    "register": "登记单位",
    "update": "修改单位信息",
    "invite_member": "邀请成员",
    "withdraw_invitation": "撤回邀请",
    "join": "接受邀请加入",
    "change_member_role": "变更成员身份",
    "remove_member": "移除成员",
    "leave": "退出单位",
}


class TeamRole(models.TextChoices):
    """Art 13(5) and the annex: one head, one chief quality officer, at most one deputy, specialists."""

    HEAD = "head", "站长"
    DEPUTY = "deputy", "副站长"
    CHIEF_QUALITY_OFFICER = "chief_quality_officer", "首席质量官"
    SPECIALIST = "specialist", "专业人员"


class Platform(models.TextChoices):
    """Where a station can be online (Art 10, annex 线上服务)."""

    PROVINCE_NET = "province_net", "省市场监管智慧服务一张网"
    HANJIANLIAN = "hanjianlian", "汉检链"


class OnlineContent(models.TextChoices):
    """The five things that a station shows online in full (annex, 线上服务)."""

    PROFILE = "profile", "站点基本情况"
    FEATURE = "feature", "特色服务"
    QUALIFICATION = "qualification", "资质证书"
    EQUIPMENT = "equipment", "共享设备"
    EXPERTS = "experts", "专家团队"


class Level(models.TextChoices):
    CITY = "city", "市级"
    DISTRICT = "district", "区级"


class TitleState(State):
    ACTIVE = "active", "有效", "good", "有效"
    REVOKED = "revoked", "已撤销", "bad", "已撤销（第十八条）"
    DELISTED = "delisted", "已摘牌", "bad", "已摘牌（第十九条）"
    TERMINATED = "terminated", "已终止", "neutral", "已终止"


TITLE_MOVES = moves(
    move("delist", TitleState.ACTIVE, TitleState.DELISTED, "stations.end_title", "摘牌", needs_reason=True),
    move("revoke", TitleState.ACTIVE, TitleState.REVOKED, "stations.end_title", "撤销称号", needs_reason=True),
    move("terminate", TitleState.ACTIVE, TitleState.TERMINATED, "stations.end_title", "终止称号", needs_reason=True),
)
