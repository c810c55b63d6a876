"""Accounts and roles, for the security administrator."""

from typing import Any

from accounts import actions, queries
from accounts.actions.roles import scopes
from accounts.exports import Column
from accounts.forms import GrantForm, PersonFilter, ReasonForm
from accounts.models import User
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from ledger.journal import history_of


def role_words(person: User) -> str:
    return "、".join(grant.get_role_display() for grant in person.current_grants)


class PersonList(ListPage):
    title = "人员与角色"
    roles = {Role.SECURITY_ADMIN}
    template_name = "accounts/person_list.html"
    query = staticmethod(queries.people_visible_to)
    filterset_class = PersonFilter
    search_fields = ("name", "email", "phone")
    search = "姓名、邮箱或手机"
    sorts = {"name": ("name", "email"), "email": ("email",), "joined": ("date_joined",)}
    sort = "-joined"
    columns = (
        Column("姓名", "name"),
        Column("邮箱", "email"),
        Column("角色", role_words),
        Column("启用", "is_active"),
        Column("两步验证", "has_totp"),
        Column("注册时间", "date_joined"),
        Column("最近登录", "last_login"),
    )


class PersonPage(DetailPage):
    query = staticmethod(queries.people_visible_to)
    template_name = "accounts/person_detail.html"

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        grants = queries.grants_visible_to(self.request.user).filter(user=self.object).order_by("-id")
        names = scopes()
        return {
            **super().context(),
            "grants": [(grant, names.get(grant.scope, grant.scope)) for grant in grants],
            "locked": queries.is_locked_out(self.object),
            "oneself": self.object.pk == self.request.user.pk,
            "history": history_of(self.object)[:50],
        }


class PersonAct(ActPage):
    query = staticmethod(queries.people_visible_to)
    permission = "accounts.manage_people"


class RoleGrantNew(PersonAct):
    title = "授予角色"
    permission = "accounts.grant_role"
    form_class = GrantForm
    button = "授予"
    success = "已授予角色，并已通知本人。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"scopes": scopes()}

    def act(self, **data: Any) -> Any:
        return actions.grant_role(self.object, actor=self.request.user, **data)


class RoleEnd(ActPage):
    title = "收回角色"
    query = staticmethod(queries.grants_visible_to)
    permission = "accounts.grant_role"
    form_class = ReasonForm
    question = "收回后，此人立即失去这个角色的全部权限；授权记录保留。"
    button = "收回"
    danger = True
    success = "已收回角色，并已通知本人。"

    def act(self, **data: Any) -> Any:
        return actions.end_role(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.object.user.get_absolute_url()


class PersonDeactivate(PersonAct):
    title = "停用账号"
    form_class = ReasonForm
    question = "停用后，此人立即退出全部登录，也不能再登录；办理记录和角色记录保留。"
    button = "停用"
    danger = True
    success = "账号已停用。"

    def act(self, **data: Any) -> Any:
        return actions.deactivate_person(self.object, actor=self.request.user, **data)


class PersonReactivate(PersonAct):
    title = "恢复账号"
    form_class = ReasonForm
    question = "恢复后，此人可以用原来的邮箱和密码登录，仍有停用前未收回的角色。"
    button = "恢复"
    success = "账号已恢复。"

    def act(self, **data: Any) -> Any:
        return actions.reactivate_person(self.object, actor=self.request.user, **data)


class PersonUnlock(PersonAct):
    title = "解除登录锁定"
    question = "清除此人的登录失败记录，使其可以立即重新登录。请先核实是本人要求。"
    button = "解除锁定"
    success = "已解除登录锁定。"

    def act(self, **data: Any) -> Any:
        return actions.unlock_person(self.object, actor=self.request.user)


class PersonSessionsEnd(PersonAct):
    title = "退出此人的全部登录"
    question = "此人在所有设备上的登录立即失效，需要重新登录。"
    button = "全部退出"
    success = "已退出此人的全部登录。"

    def act(self, **data: Any) -> Any:
        return actions.end_sessions(self.object, actor=self.request.user)


class SecondFactorReset(PersonAct):
    title = "重置两步验证"
    form_class = ReasonForm
    question = "用于手机丢失且没有恢复码的情况。请先当面核实身份。重置后此人须重新登录并重新启用两步验证。"
    button = "重置"
    danger = True
    success = "两步验证已重置，并已通知本人。"

    def act(self, **data: Any) -> Any:
        return actions.reset_second_factor(self.object, actor=self.request.user, **data)
