"""The two questions of the machinery: alive? ready?"""

import pytest
from django.db import connection
from django.test import override_settings


def test_alive_asks_nobody(client):
    # Without the mark that opens the database, a query here would fail the test.
    response = client.get("/healthz/")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_database_and_queue_answer(client):
    response = client.get("/readyz/")
    assert response.status_code == 200
    assert response.json() == {"state": "ok", "database": True, "redis": True}


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///nowhere/redis.sock"])
def test_degraded_and_still_serving_without_redis(client, url):
    with override_settings(REDIS_URL=url):
        response = client.get("/readyz/")
    assert response.status_code == 200
    assert response.json() == {"state": "degraded", "database": True, "redis": False}


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_database(client):
    port = connection.settings_dict["OPTIONS"].get("port")
    connection.close()
    connection.settings_dict["OPTIONS"]["port"] = 1
    try:
        response = client.get("/readyz/")
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"].pop("port")
        if port:
            connection.settings_dict["OPTIONS"]["port"] = port
    assert response.status_code == 503
    assert response.json()["state"] == "down"
    assert response["Retry-After"] == "10"
