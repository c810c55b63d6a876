"""The seals as anybody reads and checks them."""

import datetime as dt
import json

import pytest

from integration.models import AnchorReceipt
from ledger import sealing
from ledger.actors import Job
from ledger.journal import record
from ledger.models import Seal, SealedRow
from tests.factories import make_user
from tests.integration.test_public import problem, read
from tests.ledger.test_chain import verify_seal

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
SEALS = "/api/v1/seals/"


@pytest.fixture
def seals():
    person = make_user()
    for number in range(3):
        for place in range(5):
            record(person, "deactivate", actor=Job("sweep"), at=AT, reason=f"机密 {number} {place}")
        sealing.seal_journal(at=AT + number * dt.timedelta(hours=1))


def test_a_stranger_follows_the_chain_page_by_page(client, seals):
    first = read(client, SEALS, limit=2)
    second = read(client, first["next"])
    chain = [*first["results"], *second["results"]]
    assert [seal["number"] for seal in chain] == [1, 2, 3]
    assert list(verify_seal.faults_of_chain(chain)) == []


def test_a_proof_leads_to_the_root_and_tells_nothing_of_the_row(client, seals, django_assert_max_num_queries):
    leaf = SealedRow.objects.select_related("entry").get(seal__number=2, position=3)
    with django_assert_max_num_queries(4):
        proof = read(client, f"{SEALS}2/proof/", row=leaf.entry_id)
    row = {"content": sealing.content(leaf.entry), "salt": leaf.salt, "proof": proof}
    assert list(verify_seal.faults_of_row(row, read(client, SEALS)["results"])) == []
    assert not {"机密", leaf.salt} & set(json.dumps(proof, ensure_ascii=False).split('"'))


def test_what_is_not_there_and_what_is_asked_wrongly(client, seals):
    leaf = SealedRow.objects.filter(seal__number=1).first()
    problem(client, f"{SEALS}2/proof/", 404, "not_found", row=leaf.entry_id)
    problem(client, f"{SEALS}99999999999999999999/proof/", 404, "not_found", row=1)
    problem(client, f"{SEALS}1/proof/", 422, "invalid_query")
    problem(client, f"{SEALS}1/proof/", 422, "invalid_query", row="x")
    problem(client, SEALS, 422, "invalid_query", since="2026")


def test_a_seal_tells_where_it_is_anchored_and_nothing_of_what_contradicts_it(
    client, seals, django_assert_max_num_queries
):
    known = {"reference": "0xabc", "anchored_at": AT, "received_at": AT, "raw": "{}"}
    for seal in Seal.objects.all():
        AnchorReceipt.objects.create(
            number=f"AR-{seal.number}", seal_number=seal.number, seal=seal, root=seal.root, verdict="matches", **known
        )
    lie = {"root": "0" * 64, "verdict": "differs"}
    AnchorReceipt.objects.create(number="AR-9", seal_number=seal.number, seal=seal, **known, **lie)
    with django_assert_max_num_queries(5):
        chain = read(client, SEALS)["results"]
    anchor = {"platform": "hanjianlian", "reference": "0xabc", "anchored_at": "2026-11-21T10:00:00+08:00"}
    assert [seal["anchors"] for seal in chain] == [[anchor]] * 3
    assert list(verify_seal.faults_of_chain(chain)) == []
