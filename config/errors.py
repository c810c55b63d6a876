"""How the portal answers when something is wrong: a page in the usual dress, or JSON for whom asks for it.

Every sentence says what to do next; the code beside it is stable.
"""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader

from accounts.answers import wants_json
from integration.api import problems
from ledger.errors import Refused

log = logging.getLogger(__name__)
TITLES = {
    400: "请求有误",
    403: "没有权限",
    404: "页面不存在",
    409: "现在不能这样办理",
    413: "内容太大",
    429: "操作太频繁",
    500: "系统出错",
}


def answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if problems.is_interface(request):
        return problems.answer(request, status, code, message)
    if wants_json(request):
        return JsonResponse(
            {"code": code, "message": message}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    context = {"title": TITLES[status], "status": status, "code": code, "message": message}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return answer(request, 413, "too_many_fields", "一次提交的项目太多。请返回上一页，分几次提交。")
    return answer(request, 400, "bad_request", "网址或提交的内容不完整。请返回上一页检查后重试，或从首页重新进入。")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    said = str(exception)
    return answer(request, 403, "forbidden", said or "您的账号没有办理这项业务的权限。如需办理，请联系本单位的管理员。")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, "not_found", "这个页面不存在，或者您无权查看。请检查网址，或从首页、站点地图进入。")


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither the database nor a context: that is what may have broken."""
    if problems.is_interface(request):
        return problems.answer(request, 500, "server_error", "")
    if wants_json(request):
        return JsonResponse({"code": "server_error", "message": "系统出错，请稍后再试。"}, status=500)
    return HttpResponse(loader.get_template("500.html").render(), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    log.warning("csrf: %s %s", request.path, reason)
    return answer(
        request,
        403,
        "csrf_failed",
        "页面停留太久，或者浏览器没有接受本站的 Cookie，提交没有通过安全核对。请返回上一页，刷新后重新提交。",
    )


def too_large(request: HttpRequest) -> HttpResponse:
    limit = settings.MAX_UPLOAD_BYTES // 1024 // 1024
    return answer(
        request, 413, "too_large", f"上传的内容太大，没有收下。每个文件不超过 {limit} MB；文件多时请分几次上传。"
    )


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    response = answer(request, 429, "too_many_requests", "操作太频繁，请过几分钟再试。")
    response["Retry-After"] = "300"
    return response


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Sign-in failed too often (axes counts in PostgreSQL)."""
    minutes = int(settings.AXES_COOLOFF_TIME * 60)
    response = answer(
        request, 429, "locked_out", f"密码输错次数太多，请 {minutes} 分钟后再试，或用“忘记密码”重新设置密码。"
    )
    response["Retry-After"] = str(minutes * 60)
    return response


class RefusalMiddleware:
    """Turns away what is too large before it is read, and makes a page of a Refused that no view has caught."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.MAX_REQUEST_BYTES:
            return too_large(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        log.info("refused: %s %s %s", request.method, request.path, exception.code)
        return answer(request, 409, exception.code, exception.message)
