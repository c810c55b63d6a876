"""Roles of the people who use the portal."""

from django.db import models


class Role(models.TextChoices):
    """Work roles of the bureau, and three exclusive administrators. Applicants and experts are known by what they
    belong to (a membership, an expert's record), not by a role here."""

    INTAKE = "intake", "受理人员"
    MANAGER = "manager", "评价管理人员"
    LEADER = "leader", "审批负责人"
    FINANCE = "finance", "财务人员"
    DISTRICT = "district", "区局人员"
    AUDITOR = "auditor", "审计人员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


ADMINS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
STAFF = set(Role)

# How the journal words what is done to a person's account
PERSON_ACTS = {
    "grant_role": "授予角色",
    "end_role": "收回角色",
    "deactivate": "停用账号",
    "reactivate": "恢复账号",
    "unlock": "解除登录锁定",
    "end_sessions": "退出全部登录",
    "reset_second_factor": "重置两步验证",
    "set_second_factor": "设置两步验证",
    "first_admin": "设立首位管理员",
    "update_profile": "修改个人资料",
    "ask_export": "申请导出个人信息",
    "ask_deletion": "申请注销账号",
}
