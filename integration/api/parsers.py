"""JSON bodies: read up to a limit, and nothing in them that a text column or our patience cannot hold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser

from integration.api.problems import WORDS, Fault, Problem

DEEPEST = 10


class StrictJson(BaseParser):
    """Refuses what is too large (413), no JSON (400), nested too deep, or holds texts that cannot be kept."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem(413, "too_large", f"请求正文不超过 {limit // 1024 // 1024} MB，请分几次提交。")
        try:
            data = json.loads(body.decode("utf-8"), parse_constant=no_number)
        except RecursionError as error:
            raise too_deep() from error
        except ValueError as error:  # no UTF-8, no JSON, a number of thousands of digits
            raise ParseError(WORDS["parse_error"]) from error
        if found := look_through(data, "", 1):
            raise Problem(400, "invalid", WORDS["invalid"], errors=found)
        return data


def no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def too_deep() -> Problem:
    return Problem(400, "too_deep", f"请求正文嵌套太深，最多 {DEEPEST} 层。")


def look_through(value: Any, path: str, depth: int) -> list[Fault]:
    """Faults of texts and numbers, with their paths, ten at most."""
    if depth > DEEPEST:
        raise too_deep()
    if isinstance(value, str):
        return [] if keepable(value) else [fault(path, "bad_text", "文字含有空字符或不成对的代理字符，请删去。")]
    if isinstance(value, float) and not math.isfinite(value):
        return [fault(path, "bad_number", "数字太大，请检查。")]
    found: list[Fault] = []
    if isinstance(value, dict):
        for name, inner in value.items():
            if not keepable(name):
                return [fault(path, "bad_text", "字段名含有空字符或不成对的代理字符，请删去。")]
            found += look_through(inner, f"{path}.{name}".removeprefix("."), depth + 1)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            found += look_through(inner, f"{path}.{position}".removeprefix("."), depth + 1)
    return found[:10]


def keepable(text: str) -> bool:
    """Whether PostgreSQL can keep it, and UTF-8 write it."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def fault(field: str, code: str, message: str) -> Fault:
    return {"field": field, "code": code, "message": message}


class AlwaysJson(BaseContentNegotiation):
    """Answers are JSON whatever the caller prefers, so that one address has one representation."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type
