"""/api/v1/schema/ and /api/v1/docs/: the interface described by itself (OpenAPI 3.1), and the page to read it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.cached import CachedPage
from integration.api.problems import MEDIA_TYPE
from integration.api.public import PublicEndpoint
from integration.states.client import Scope

OAUTH = "oauth2"
INTRODUCTION = """\
武汉市质量基础设施“一站式”服务站门户为汉检链等平台提供的接口。

- 公开数据不需要令牌；其余按 OAuth 2.0 客户端凭据方式取得令牌，由服务站在门户上授权，随时可以撤回。
- 出错时回答问题文档（RFC 9457，application/problem+json）：`code` 不变，供程序判断；`errors` 逐项指出字段。
- 400 不符合本说明的格式；422 格式正确而不合规则；409 与现在的状态冲突；404 不存在或无权查看；429 按 Retry-After 等待。
- 公开数据带 ETag，可用 If-None-Match 省去重复下载；列表按游标翻页，可用 updated_since 只取变化。

使用方法和示例见代码库 docs/api.md。"""
PROBLEM = {
    "type": "object",
    "description": "问题文档（RFC 9457）",
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "稳定的代码，供程序判断"},
        "detail": {"type": "string", "description": "一句中文，说明怎么办"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "description": "字段的路径，如 records.3.served_on；空为整体"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
                "required": ["field", "code", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail", "instance"],
}
WHEN = {
    "400": "不符合本说明的格式",
    "401": "没有令牌，或令牌无效、过期",
    "403": "令牌没有所需的权限范围",
    "404": "不存在，或无权查看",
    "409": "与现在的状态冲突，或同一 Idempotency-Key 的请求仍在办理",
    "413": "正文太大",
    "415": "正文不是 JSON",
    "422": "格式正确而不合规则",
    "429": "调用太频繁，按 Retry-After 等待",
}


class BearerScheme(OpenApiAuthenticationExtension):
    """How a machine client proves itself."""

    target_class = "integration.api.access.BearerAuthentication"
    name = OAUTH

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        flow = {"tokenUrl": "/oauth/token/", "scopes": dict(Scope.choices)}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        scope = auto_schema.view.scopes.get(auto_schema.method)
        return {OAUTH: [str(scope)] if scope else []}


class InterfaceSchema(AutoSchema):
    """Nothing is guessed of lists and filters: what an address takes is declared by `parameters`."""

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_description(self) -> str:
        return ""  # the docstrings of our views are for who reads the code

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False


def ours_only(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Without the description itself."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def with_problems(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Every operation says in which ways it can go wrong, and what the headers of public reads are."""
    schemas = result["components"].setdefault("schemas", {})
    for described in schemas.values():
        described.pop("description", None)  # docstrings as well
    schemas["Problem"] = PROBLEM
    answer = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for path in result["paths"].values():
        for method, operation in path.items():
            refuse_unknown_names(schemas, operation)
            statuses = ["404", "422", "429"]
            if operation.get("security"):
                statuses += ["401", "403"]
            if method != "get":
                statuses += ["400", "409", "413", "415"]
            for status in sorted(statuses):
                operation["responses"].setdefault(status, {"description": WHEN[status], **answer})
            if method == "get" and not operation.get("security"):
                conditional(operation)
    return result


def refuse_unknown_names(schemas: dict[str, Any], operation: dict[str, Any]) -> None:
    """Bodies take the names that are described and no others (integration.api.strict)."""
    waiting = [operation.get("requestBody")]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            described = schemas.get(name)
            if described and described.get("type") == "object" and "additionalProperties" not in described:
                described["additionalProperties"] = False
                waiting.append(described)
            waiting += part.values()


def conditional(operation: dict[str, Any]) -> None:
    """A public read can be asked whether it has changed."""
    operation.setdefault("parameters", []).append(
        {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}, "description": "上一次的 ETag"}
    )
    operation["responses"]["304"] = {"description": "没有变化"}
    operation["responses"]["200"].setdefault("headers", {})["ETag"] = {"schema": {"type": "string"}}


@cache
def schema() -> dict[str, Any]:
    """The description, made once per process: it depends on the code alone."""
    found = SchemaGenerator().get_schema(request=None, public=True)
    found["info"]["description"] = INTRODUCTION
    found["servers"] = [{"url": "/"}]
    return plain(found)


def plain(value: Any) -> Any:
    """Lists, mappings, texts and numbers only, without the marks that the library keeps for itself."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items() if key != "x-spec-enum-id"}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value if isinstance(value, bool | int | float) or value is None else str(value)


def schema_yaml() -> str:
    """As committed in docs/openapi.yaml."""
    return yaml.safe_dump(schema(), allow_unicode=True, sort_keys=False, width=120)


class Schema(PublicEndpoint):
    max_age = 3600

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        said = json.dumps(schema(), ensure_ascii=False)
        return HttpResponse(said, content_type="application/vnd.oai.openapi+json;version=3.1")


class Docs(CachedPage):
    """Swagger's page out of files of our own, under the same policy of content as every page."""

    title = "接口说明"
    template_name = "integration/docs.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self.show()
