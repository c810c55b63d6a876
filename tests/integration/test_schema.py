"""The interface described by itself."""

import json
import warnings
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import get_resolver

from integration.api.schema import schema, schema_yaml

pytestmark = pytest.mark.django_db
NOT_DESCRIBED = {"/api/v1/schema/", "/api/v1/docs/"}


def test_the_committed_description_is_that_of_the_code():
    committed = Path(settings.BASE_DIR, "docs", "openapi.yaml").read_text()
    assert committed == schema_yaml(), "run manage.py build_docs"


def test_the_description_is_made_without_a_warning(capsys):
    schema.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schema()
    assert capsys.readouterr().err == ""


def test_every_address_is_described():
    (resolver,) = [item for item in get_resolver().url_patterns if getattr(item, "namespace", "") == "api"]
    routes = {"/api/v1/" + str(item.pattern) for item in resolver.url_patterns} - NOT_DESCRIBED
    described = {path.replace("{id}", "<int:pk>") for path in schema()["paths"]}
    assert len(described) == len(routes)


def test_every_operation_says_how_it_goes_wrong_and_what_it_needs():
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], path
            assert {"429", "404"} <= operation["responses"].keys(), path
            if method != "get" or operation.get("security"):
                assert operation["security"][0]["oauth2"], f"{method} {path} names no scope"


def test_the_description_is_served_and_can_be_kept(client):
    answer = client.get("/api/v1/schema/")
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert json.loads(answer.content) == yaml.safe_load(schema_yaml())
    assert client.get("/api/v1/schema/", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_page_of_the_description_brings_everything_along(client):
    page = client.get("/api/v1/docs/").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "//cdn" not in page
    assert "<style" not in page
    assert "<script>" not in page
