"""A machine client at work: posts with its token and with keys of its own."""

import itertools
import json

from django.utils import timezone

from stations.credit_code import make_credit_code
from tests.integration.scene import bearer, make_token

keys = itertools.count(1)
ONE, MANY = "/api/v1/service-records/", "/api/v1/service-records/batch/"


def poster(browser, machine):
    """`send(path, body, key=None, **headers)`: a POST of this client; `body` as JSON, or as the text it is."""
    token = make_token(machine)

    def send(path, body, key=None, **headers):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {**bearer(token), "Idempotency-Key": key or f"key-{next(keys)}"} | headers
        return browser.post(path, text, content_type="application/json", headers=headers)

    return send


def record(station, number=1, /, **facts):
    """What a client sends of one service."""
    return {
        "external_id": f"R-{number}",
        "station": station.pk,
        "client_code": make_credit_code(700_000 + number),
        "client_name": f"武汉客户{number}有限公司",
        "item": "standards.comparison",
        "served_on": str(timezone.localdate()),
    } | facts
