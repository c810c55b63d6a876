"""The reference receiver of webhooks, for the tests that deliver to it."""

import pytest

from tests.integration.receiver import Receiver, make_certificate


@pytest.fixture(scope="session")
def running_receiver(tmp_path_factory):
    certificate = make_certificate(tmp_path_factory.mktemp("tls"), "localhost")
    receiver = Receiver(certificate)
    yield receiver
    receiver.close()


@pytest.fixture
def receiver(running_receiver, settings):
    """A receiver on this machine, and the one setting that allows it: nothing is sent inside otherwise."""
    settings.WEBHOOK_HOSTS_INSIDE = frozenset({"localhost"})
    settings.WEBHOOK_CA_FILE = str(running_receiver.certificate)
    settings.WEBHOOK_SECONDS = 0.5
    running_receiver.forget()
    return running_receiver
