"""What every test shares. The servers and the settings of the tests come from `tests/settings.py`."""

import importlib

import pytest
from celery import current_app
from django.apps import apps
from django.db.models.signals import post_migrate
from django.test import override_settings
from pytest_django.plugin import blocking_manager_key

# What takes longest begins first: otherwise one process waits in the end for the other's last walk
LONGEST = ("tests/browser/test_round", "tests/config/test_rehearsal", "tests/browser", "tests/roles", "tests/faults")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    def place(item):
        return next((rank for rank, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """The databases of the tests are copies of one that is migrated once for all processes."""
    from django.db import connection  # noqa: PLC0415  settings are read after Django is set up

    from tests.databases import make_migrated, sql_flush  # noqa: PLC0415

    type(connection.ops).sql_flush = sql_flush
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = make_migrated()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config):
    """The first process ends last, and takes that one away; it is kept where the databases of the tests are."""
    if hasattr(config, "workerinput") or config.getoption("reuse_db") or config.getoption("collectonly"):
        return
    from django.db import connection  # noqa: PLC0415  settings are read after Django is set up

    from tests.databases import drop_migrated  # noqa: PLC0415

    with config.stash[blocking_manager_key].unblock():
        drop_migrated()
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def uploads_go_to_a_temporary_folder(tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session", autouse=True)
def the_calendar_survives_a_flush():
    """A transactional test empties every table at its end; the calendar of the migrations is then put back."""
    from measures.actions import import_packaged_years  # noqa: PLC0415  models load after Django is set up

    def fill(**kwargs):
        import_packaged_years(imported_by="初始数据")

    post_migrate.connect(fill, sender=apps.get_app_config("measures"))
    yield
    post_migrate.disconnect(fill, sender=apps.get_app_config("measures"))


@pytest.fixture(scope="session", autouse=True)
def the_dictionaries_survive_a_flush():
    """So are the districts, the industries and the fifty places."""
    from stations.models import District, Slot  # noqa: PLC0415  models load after Django is set up

    def fill(**kwargs):
        if not District.objects.exists():
            importlib.import_module("stations.migrations.0003_districts_and_industries").fill(apps, None)
        if not Slot.objects.exists():
            importlib.import_module("stations.migrations.0004_fifty_places").fill(apps, None)

    post_migrate.connect(fill, sender=apps.get_app_config("stations"))
    yield
    post_migrate.disconnect(fill, sender=apps.get_app_config("stations"))


@pytest.fixture(scope="session", autouse=True)
def no_count_survives_a_flush():
    """Nor do counts of limits, which a test may have made at an instant to come."""
    from django.core.cache import cache  # noqa: PLC0415

    def empty(**kwargs):
        cache.clear()

    post_migrate.connect(empty, sender=apps.get_app_config("accounts"))
    yield
    post_migrate.disconnect(empty, sender=apps.get_app_config("accounts"))


@pytest.fixture(autouse=True)
def no_page_is_kept(monkeypatch):
    """Rows put into place by a factory leave no journal row, by which a kept page would know that it is old."""
    from accounts import cached  # noqa: PLC0415  settings are read after Django is set up

    monkeypatch.setattr(cached, "shelf", cached.Shelf())


@pytest.fixture
def dead_broker(tmp_path, monkeypatch):
    """A Redis address at which nobody answers."""
    monkeypatch.setattr(current_app.conf, "broker_url", f"redis+socket://{tmp_path}/nobody.sock")
    monkeypatch.setattr(current_app, "_pool", None)
    current_app.amqp._producer_pool = None
    yield
    current_app.amqp._producer_pool = None
