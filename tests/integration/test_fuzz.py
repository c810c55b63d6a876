"""Schemathesis over the description of the interface: right and wrong data for every operation, with a client's token
where one is needed. A few cases of each with the suite; `make fuzz` makes some hundred of each and more than ten thousand in all.

Each case runs in a savepoint of its own. What is checked: no 5xx, only described statuses, types and shapes, wrong data
turned away, right data not called wrong (422 is the rules' word, not the form's), no door without its token.
"""

import os
from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from integration.api.schema import schema
from tests.factories import make_station, make_title
from tests.integration.scene import bearer, make_client, make_token

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
SEED = int(os.environ.get("FUZZ_SEED", "7"))
COUNTED: Counter[str] = Counter()
CONFIG = schemathesis.Config.from_dict(
    {
        # JSON Schema cannot say that a text holds no NUL and no half of a surrogate pair: test_access.py sends those.
        # 400: an amount, a code or a key that the schema calls a text is of a stricter form.
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", "400", "404", "409", "422"]}},
        "generation": {"allow-x00": False, "codec": "utf-8"},
    }
)


def described():
    found = schemathesis.openapi.from_dict(schema(), config=CONFIG)
    found.app = get_wsgi_application()
    return found


OPERATIONS = {f"{op.method} {op.path}": op for op in (result.ok() for result in described().get_all_operations())}


@pytest.fixture(autouse=True)
def requests_leave_the_connection_of_the_test_open():
    """As Django's own test client does; here requests come through the real WSGI handler."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token():
    """Of a client that a station has let in, so that right data reach the rules."""
    station = make_station()
    make_title(station)
    return make_token(make_client(station)[0])


def tried() -> list[tuple[str, GenerationMode]]:
    """Right data for every operation; wrong data where some can be told: not of a path that takes any text."""
    anything = {"get /api/v1/certificates/{number}/", "get /api/v1/measures/{key}/"}
    return [(name, mode) for name in OPERATIONS for mode in GenerationMode if name not in anything or mode.is_positive]


@pytest.mark.parametrize(("name", "mode"), tried())
def test_no_case_breaks_the_interface_or_its_description(name, mode, token, settings):
    settings.API_CALLS_PER_MINUTE = dict.fromkeys(settings.API_CALLS_PER_MINUTE, 10**9)
    operation = OPERATIONS[name]
    headers = bearer(token) if operation.definition.raw.get("security") else {}
    run(operation, mode, headers)


def run(operation, mode, headers) -> None:
    # A batch answers each row for itself: 200, with the wrong rows named and rejected
    excluded = [negative_data_rejection] if operation.path.endswith("/batch/") else []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def every(case) -> None:
        COUNTED[mode.value] += 1
        with transaction.atomic():
            case.call_and_validate(headers=headers, excluded_checks=excluded)
            transaction.set_rollback(True)

    try:
        every()
    finally:
        print(f"{operation.method.upper()} {operation.path} {mode.value}: {sum(COUNTED.values())} cases so far")
