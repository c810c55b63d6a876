"""POST with an Idempotency-Key: done once, answered alike as often as it is repeated."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from integration.actions.idempotency import Answer, answer_once
from integration.api.access import client_of
from integration.api.endpoint import Endpoint
from integration.api.problems import MEDIA_TYPE, Problem, exception_handler
from integration.rules.idempotency import WELL_FORMED, fingerprint, key_of
from ledger.errors import Refused

REPEATED = "Idempotency-Replayed"
KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="本次请求的唯一标识，建议 UUID。重发时沿用：已处理的得到原来的答复（响应头 Idempotency-Replayed: true），"
    "地址或正文不同的答 422，正在处理的答 409。答复保留七天。",
    pattern=WELL_FORMED.pattern,
)


class OncePerKey(Endpoint):
    """An address whose POST is `create(request, client, ...) -> Response`, run in a transaction.

    What `create` refuses is taken back and the refusal kept as the answer to this key. Who may not call at all (no
    token, no scope, too often), whose key is missing or whose body is no JSON has no answer kept.
    """

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = key_of(request.headers.get("Idempotency-Key"))
        print_ = fingerprint("POST", request.path, request.data)
        client = client_of(request)
        answer = answer_once(client.client_id, key, print_, lambda: self.work(request, *args, **kwargs))
        response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
        if answer.repeated:
            response[REPEATED] = "true"
        return response

    def work(self, request: Request, *args: Any, **kwargs: Any) -> Answer:
        content_type = "application/json"
        try:
            with transaction.atomic():
                said = self.create(request, client_of(request), *args, **kwargs)
        except (Problem, Refused, Http404, APIException) as refusal:
            said = exception_handler(refusal, {"request": request})
            content_type = MEDIA_TYPE
        return Answer(said.status_code, said.content_type or content_type, JSONRenderer().render(said.data).decode())

    def create(self, request: Request, client: Any, *args: Any, **kwargs: Any) -> Response:
        raise NotImplementedError
