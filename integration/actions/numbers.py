"""A client's own numbers: what they name is found or made by one request at a time."""

from __future__ import annotations

from django.db import connection

from integration.models import ApiClient
from ledger.errors import Refused


def hold_number(client: ApiClient, noun: str, external_id: str) -> None:
    """Wait until no other request of the client is at work on this number of its; must run inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{noun}\n{client.client_id}\n{external_id}"]
        )


def taken(words: str) -> Refused:
    """The number names something else already. `words`: what, and what to do."""
    return Refused("external_id_taken", words, field="external_id")
