"""The production files against what they must agree with: the compose specification, the settings, the lock."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES = COMPOSE["services"]
PORTAL = {name: service for name, service in SERVICES.items() if service.get("build")}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = dict(re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
# Read outside the settings: by the bootstrap, by `make run`, by the browser tests.
LOCAL = {"PORTAL_LOCAL", "PORT", "CHROMIUM"}
# Of a platform that may be left out. Empty is none: with an address, the settings ask for it.
OPTIONAL = {"HANJIANLIAN_CLIENT_SECRET"}
INTERPOLATION = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)(:[?-])?([^}]*)\}")
SECRET = re.compile(r"PASSWORD|SECRET|ACCESS_KEY|ENCRYPTION_KEY|EMAIL_URL")


def settings_names():
    """Names that config/settings.py reads from the environment, and those it must have (no default)."""
    read, required = set(), set()
    for node in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text())):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        by_env = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "env"
        by_secret = getattr(node.func, "id", "") == "secret"
        if by_env or by_secret:
            read.add(node.args[0].value)
            if by_secret or not any(word.arg == "default" for word in node.keywords):
                required.add(node.args[0].value)
    return read, required


READ, REQUIRED = settings_names()


def test_the_settings_are_read_as_this_test_thinks():
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "S3_BUCKET"} <= READ
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} <= REQUIRED
    assert "DEBUG" not in REQUIRED


def test_the_compose_file_follows_the_compose_specification():
    schema = json.loads((ROOT / "tests/schemas/compose-spec.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    judge = jsonschema.Draft7Validator(schema)
    assert [error.message for error in judge.iter_errors(COMPOSE)] == []
    assert not judge.is_valid({"services": {"web": {"imagee": "a slip of the pen"}}})


def test_every_variable_that_the_portal_is_given_is_one_that_the_settings_read():
    assert set(PORTAL) == {"migrate", "web", "worker", "beat"}
    for service in PORTAL.values():
        assert set(service["environment"]) - READ == set()


def test_every_variable_that_the_settings_need_is_given():
    with_storage = (
        REQUIRED | OPTIONAL | {"S3_BUCKET", "S3_ENDPOINT_URL", "ALLOWED_HOSTS", "SITE_URL", "HTTPS", "EMAIL_URL"}
    )
    for service in PORTAL.values():
        assert with_storage - set(service["environment"]) == set()


def test_no_secret_has_a_default():
    asked = {}
    for name, how, text in INTERPOLATION.findall(COMPOSE_TEXT):
        asked.setdefault(name, set()).add(":?" if name in OPTIONAL and (how, text) == (":-", "") else how)
    secrets = {name for name in asked if SECRET.search(name)}
    assert {"SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY"} <= secrets
    assert {name: asked[name] for name in secrets if asked[name] != {":?"}} == {}
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if SECRET.search(key) or key.endswith("_AUTH"):
                assert INTERPOLATION.search(value), f"{name} sets {key} to a literal"


@pytest.mark.parametrize("given", [{}, {"HANJIANLIAN_CLIENT_ID": "portal"}, {"HANJIANLIAN_CLIENT_SECRET": "s"}])
def test_a_platform_without_its_secret_stops_the_start(given):
    known = {**os.environ, "HANJIANLIAN_URL": "https://example.cn/v1/", **given}
    command = [sys.executable, "-c", "import config.settings"]
    done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "HANJIANLIAN_CLIENT" in done.stderr


def test_what_must_be_set_says_what_to_do():
    for name, how, text in INTERPOLATION.findall(COMPOSE_TEXT):
        if how == ":?":
            assert text.startswith(f"set {name} in .env"), name


def test_the_example_lists_every_variable_and_no_secret():
    interpolated = {name for name, _how, _text in INTERPOLATION.findall(COMPOSE_TEXT)}
    assert (READ | interpolated | LOCAL) - set(EXAMPLE) == set()
    assert set(EXAMPLE) - (READ | interpolated | LOCAL) == set()
    assert {name for name in EXAMPLE if SECRET.search(name) and EXAMPLE[name]} <= {"EMAIL_URL"}


def test_every_service_that_stays_is_watched_and_comes_back():
    for name, service in SERVICES.items():
        if name == "migrate":
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}, name


def test_one_beat_several_workers_and_nothing_starts_before_the_migrations():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1
    assert SERVICES["worker"]["deploy"]["replicas"] >= 2
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_web_server_does_not_wait_for_the_queue():
    assert "redis" not in SERVICES["web"]["depends_on"]


def test_the_image_runs_as_nobody_in_particular_from_the_lock():
    lines = DOCKERFILE.splitlines()
    assert lines.index("USER portal") < next(n for n, line in enumerate(lines) if line.startswith("CMD"))
    assert "--require-hashes -r config/requirements.lock" in DOCKERFILE
    assert "fonts-noto-cjk" in DOCKERFILE
    kept = [
        line
        for line in lines
        if re.match(r"(ENV|ARG|\s+[A-Z_]+=)", line) and "unused" not in line and "secrets.token" not in line
    ]
    assert not any(SECRET.search(line) for line in kept), "a secret of the build would stay in the image"


def test_the_web_command_is_one_that_gunicorn_takes():
    command = json.loads(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])
    assert command[0] == "gunicorn"
    done = subprocess.run(
        [sys.executable, "-m", *command, "--check-config"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_and_hashes_everything_and_names_no_place(name):
    text = (ROOT / "config" / name).read_text()
    pins = re.findall(r"^[a-z0-9][a-z0-9.\-_]*(?:\[[a-z0-9,]+\])?==\S+", text, re.MULTILINE)
    assert len(pins) > 60
    requirements = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert [line.split()[0] for line in requirements if "--hash=sha256:" not in line] == []
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links|/(home|root|opt|work|tmp)/", text)


def test_development_adds_to_production_and_changes_nothing_in_it():
    def pins(name):
        found = re.findall(r"^([a-z0-9.\-_]+)\S*==(\S+)(.*?) \\$", (ROOT / "config" / name).read_text(), re.MULTILINE)
        return {(package, version, marker) for package, version, marker in found}

    production, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {(p, v) for p, v, _ in production} <= {(p, v) for p, v, _ in development}
