"""Problem details (RFC 9457): the one shape in which the interface says no.

    {"type": "about:blank", "title": "Unprocessable Content", "status": 422, "code": "client_code_wrong",
     "detail": "中文一句，说明怎么办。", "instance": "/api/v1/service-records/",
     "errors": [{"field": "client_code", "code": "client_code_wrong", "message": "..."}]}

`code` is stable and meant for programs; `detail` is for the person who reads their log. 400: not of the form that the
schema asks for. 422: of the right form, and refused by the rules. 409: refused as things stand now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from ledger.errors import Refused

MEDIA_TYPE = "application/problem+json"
# Where the interface is; everything that goes wrong there, also outside of our views, is a problem document
PREFIXES = ("/api/", "/oauth/")
STATUS_OF_REFUSAL = {
    "not_allowed": 403,
    "wrong_state": 409,
    "stale": 409,
    "idempotency_key_missing": 400,
    "idempotency_key_invalid": 400,
    "request_still_running": 409,
    "external_id_taken": 409,
    "already_booked": 409,
    "already_rated": 409,
    "record_set_aside": 409,
    "not_in_use": 409,
}
RETRY_AFTER = {"request_still_running": "2"}  # seconds
WORDS = {
    "invalid": "提交的内容不符合接口说明，请按 errors 逐项修改后重新提交。",
    "parse_error": "请求正文不是有效的 JSON，请检查后重新提交。",
    "not_authenticated": "请在请求头 Authorization 中以 Bearer 方式提供访问令牌。",
    "permission_denied": "这个令牌没有办理这项业务的权限。",
    "not_found": "没有这个地址或对象，或者您无权查看。",
    "method_not_allowed": "这个地址不支持该请求方法，允许的方法见响应头 Allow。",
    "unsupported_media_type": "请求正文只接受 application/json。",
    "throttled": "调用太频繁，请按响应头 Retry-After 所列的秒数等待后再试。",
    "server_error": "系统出错，请稍后再试。同一请求可以用原来的 Idempotency-Key 重新提交。",
}


class Fault(TypedDict):
    field: str
    code: str
    message: str


class Problem(Exception):
    """Raised by a view of the interface: a status, a stable code, one Chinese sentence, and the fields in question."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = list(errors), dict(headers or {})


def document(path: str, status: int, code: str, detail: str, errors: Sequence[Fault] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "instance": path,
    }
    return {**found, "errors": list(errors)} if errors else found


def is_interface(request: HttpRequest) -> bool:
    return request.path.startswith(PREFIXES)


def answer(request: HttpRequest, status: int, code: str, detail: str) -> JsonResponse:
    """For what goes wrong outside of a view: an unknown address, a body that was turned away, a fault of ours."""
    said = document(request.path, status, code, WORDS.get(code, detail))
    return JsonResponse(said, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """What Django REST framework asks when a view has raised. None, for a fault of ours, leads to `server_error`."""
    request = context["request"]
    if (problem := problem_of(exc)) is None:
        return None
    said = document(request.path, problem.status, problem.code, problem.detail, problem.errors)
    return Response(said, problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


def problem_of(exc: Exception) -> Problem | None:
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, Refused):
        errors: list[Fault] = []
        if exc.field:
            errors = [{"field": exc.field, "code": exc.code, "message": exc.message}]
        headers = {"Retry-After": RETRY_AFTER[exc.code]} if exc.code in RETRY_AFTER else {}
        return Problem(STATUS_OF_REFUSAL.get(exc.code, 422), exc.code, exc.message, errors=errors, headers=headers)
    if isinstance(exc, Http404):
        return Problem(404, "not_found", WORDS["not_found"])
    if isinstance(exc, PermissionDenied):
        return Problem(403, "permission_denied", WORDS["permission_denied"])
    if isinstance(exc, exceptions.ValidationError):
        return Problem(400, "invalid", WORDS["invalid"], errors=list(faults(exc.detail)))
    return problem_of_framework(exc) if isinstance(exc, exceptions.APIException) else None


def problem_of_framework(exc: exceptions.APIException) -> Problem:
    codes = exc.get_codes()
    code = codes if isinstance(codes, str) else exc.default_code
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    said = WORDS.get(code) or (str(exc.detail) if isinstance(exc.detail, str) else WORDS["invalid"])
    return Problem(exc.status_code, code, said, headers=headers)


def faults(detail: Any, path: str = "") -> Iterator[Fault]:
    """What serializers and filters found, each with the path of its field: `records.3.served_on`; empty for the whole."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            here = path if name in {"non_field_errors", "__all__"} else f"{path}.{name}".removeprefix(".")
            yield from faults(inner, here)
    elif isinstance(detail, list | tuple):
        # a list of messages, or of the findings about each row of a list, empty for a row without any
        for position, inner in enumerate(detail):
            yield from faults(inner, f"{path}.{position}".removeprefix(".") if isinstance(inner, Mapping) else path)
    else:
        yield {"field": path, "code": getattr(detail, "code", None) or "invalid", "message": str(detail)}
