"""The paper of a certificate: set once, the same for everybody who may have it."""

import threading

import pytest
from django.db import connection

from accounts.states import Role
from ledger.models import JournalEntry, StoredFile
from stations.actions import issue_certificate
from stations.actions.certificate import check_address, print_certificate, qr_of
from tests.factories import join, make_title, make_user


@pytest.fixture
def certificate(db):
    return issue_certificate(make_title(), actor=make_user(Role.LEADER))


def test_a_certificate_is_set_when_first_asked_for_and_the_same_afterwards(client, certificate):
    lin = make_user(name="林")
    join(lin, certificate.title.station.organisation)
    client.force_login(lin)
    address = f"/certificates/{certificate.number}/pdf/"
    first = b"".join(client.get(address).streaming_content)
    assert first.startswith(b"%PDF")
    assert b"".join(client.get(address).streaming_content) == first
    assert address in client.get(f"/my/stations/{certificate.title.station_id}/").content.decode()
    assert StoredFile.objects.filter(name__contains=certificate.number).count() == 1
    assert JournalEntry.objects.filter(move="print").count() == 1


def test_staff_have_it_too_and_to_strangers_it_does_not_exist(client, certificate):
    address = f"/certificates/{certificate.number}/pdf/"
    assert client.get(address).status_code == 302
    for role, status in ((Role.MANAGER, 200), (Role.LEADER, 200), (Role.AUDITOR, 200), (None, 404)):
        client.force_login(make_user(role))
        answer = client.get(address)
        assert answer.status_code == status
        if status == 200:
            assert b"".join(answer.streaming_content).startswith(b"%PDF")
            for close in answer._resource_closers:  # not answer.close(): that would end the connection
                close()


def test_the_code_leads_to_the_public_page_of_this_certificate(certificate, settings):
    settings.SITE_URL = "https://portal.example"
    assert check_address(certificate) == f"https://portal.example/certificates/{certificate.number}/"
    drawn = qr_of(check_address(certificate))
    assert drawn.startswith("<svg")
    assert drawn != qr_of("https://portal.example/certificates/another/")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_both_get_the_one_that_is_kept():
    certificate = issue_certificate(make_title(), actor=make_user(Role.LEADER))
    people, found = [make_user(Role.MANAGER), make_user(Role.MANAGER)], []

    def ask(user):
        try:
            found.append(print_certificate(certificate, actor=user).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert StoredFile.objects.filter(name__contains=certificate.number).count() == 1
