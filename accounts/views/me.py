"""A person's own account."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.urls import reverse

from accounts import actions, queries
from accounts.forms import ProfileForm
from accounts.pages import ActPage, Page


class AccountPage(Page):
    title = "账号与安全"
    template_name = "pages/account.html"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "totp": queries.totp_of(self.request.user)}


class OwnAct(ActPage):
    query = staticmethod(queries.person_of)

    def get_object(self) -> Any:
        return queries.person_of(self.request.user).get()

    def get_success_url(self) -> str:
        return reverse("account")


class ProfileEdit(OwnAct):
    title = "修改个人资料"
    form_class = ProfileForm
    button = "保存"
    success = "个人资料已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"name": self.object.name, "phone": self.object.phone}}

    def act(self, **data: Any) -> Any:
        return actions.update_profile(self.object, actor=self.request.user, **data)


class SessionsEnd(OwnAct):
    title = "退出其他设备"
    question = "您在其他电脑和手机上的登录立即失效，本机保持登录。"
    button = "退出其他设备"
    success = "已退出其他设备上的登录。"

    def act(self, **data: Any) -> Any:
        actions.end_sessions(self.object, actor=self.request.user)
        update_session_auth_hash(self.request, self.object)


class ExportAsk(OwnAct):
    title = "申请导出个人信息"
    question = "提交后，由安全管理员核实身份，在十五个工作日内把本站保存的您的个人信息交给您。"
    button = "提交申请"
    success = "申请已提交，请留意消息和邮箱。"

    def act(self, **data: Any) -> Any:
        return actions.ask_export(self.object, actor=self.request.user)


class DeletionAsk(OwnAct):
    title = "申请注销账号"
    question = "提交后，由安全管理员核实身份并停用账号。评价档案依法须保存的办理记录不会删除。注销前请先把单位的管理员身份交给同事。"
    button = "提交申请"
    danger = True
    success = "申请已提交，请留意消息和邮箱。"

    def act(self, **data: Any) -> Any:
        return actions.ask_deletion(self.object, actor=self.request.user)
