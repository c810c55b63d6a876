"""The reference receivers of webhooks and of the exchange with 汉检链, for the tests that talk to them."""

import pytest

from tests.integration.receiver import Receiver, make_certificate
from tests.integration.reference_receiver import CLIENT, SECRET, ReferenceReceiver


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


@pytest.fixture(scope="session")
def running_platform(tmp_path_factory):
    platform = ReferenceReceiver(make_certificate(tmp_path_factory.mktemp("tls"), "localhost"))
    yield platform
    platform.close()


@pytest.fixture
def platform(running_platform, settings):
    """A reference receiver of docs/hanjianlian.md on this machine, to which the portal is configured."""
    settings.WEBHOOK_HOSTS_INSIDE = frozenset({"localhost"})
    settings.WEBHOOK_CA_FILE = str(running_platform.certificate)
    settings.WEBHOOK_SECONDS = 0.5
    settings.HANJIANLIAN = {"url": running_platform.url, "client_id": CLIENT, "client_secret": SECRET}
    running_platform.forget()
    return running_platform
