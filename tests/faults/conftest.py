"""One plant for all faults; after them this process works on the usual database again."""

import os

import pytest
from celery import current_app
from django.core.management import call_command

from tests.faults.plant import Plant, connected_to, wait_for

# How often each fault is made: once in the suite, twenty times by `make faults`
RUNS = int(os.environ.get("FAULT_RUNS", "1"))


@pytest.fixture(scope="module")
def running(tmp_path_factory, django_db_setup, django_db_blocker):
    plant = Plant(tmp_path_factory.mktemp("plant"))
    plant.servers.join(postgres=True, redis=True)
    usual = current_app.conf.broker_url
    try:
        with django_db_blocker.unblock(), connected_to(plant):
            call_command("migrate", verbosity=0, interactive=False)
            current_app.conf.broker_url = plant.servers.urls["REDIS_URL"].replace("unix://", "redis+socket://")
            current_app.amqp._producer_pool = None
            plant.start("web", "worker")
            wait_for(plant.answers, "the web answers")
            yield plant
    finally:
        current_app.conf.broker_url = usual
        current_app.amqp._producer_pool = None
        plant.close()
        plant.servers.leave(os.getpid())


@pytest.fixture
def plant(running, django_db_blocker):
    """The plant as it should be before a fault: everything runs, nothing is due."""
    with django_db_blocker.unblock():
        for name in ("web", "worker"):
            if name not in running.processes:
                running.start(name)
        yield running
        running.kill(*[name for name in running.processes if name not in {"web", "worker"}])
