"""The contract names every address and field that the adapter uses."""

import re
from pathlib import Path

import pytest

from integration.hanjianlian import mapping
from integration.queries import hanjianlian as queries
from integration.states.hanjianlian import Difference
from stations.states import OnlineContent, TitleState
from tests.integration.hanjianlian_scene import make_seal, make_titled, receipt, service

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).resolve().parents[2] / "docs" / "hanjianlian.md").read_text()
WORDS = set(re.findall(r"[a-z_-]+", TEXT))


def names_in(document):
    """Every name in a document, however deep."""
    for name, value in document.items():
        yield name
        inner = value if isinstance(value, list) else [value]
        for one in inner:
            if isinstance(one, dict):
                yield from names_in(one)


def test_every_field_that_is_pushed_or_pulled_stands_in_the_contract():
    station, seal = make_titled(), make_seal()
    documents = [*queries.station_documents(), *queries.certificate_documents(), *queries.seal_documents()]
    assert [document["type"] for document in documents] == ["station", "certificate", "seal"]
    told = [service(station), receipt(seal)]
    missing = {name for document in [*documents, *told] for name in names_in(document)} - WORDS
    assert missing == set()


def test_every_address_and_word_of_the_contract_stands_there():
    codes = [*mapping.PATHS.values(), *OnlineContent.values, *Difference.values, *TitleState.values]
    assert set(codes) - WORDS == set()


def test_the_contract_says_that_it_is_a_proposal():
    assert "这是我们的提议，不是平台的接口" in TEXT
