"""Messages as the Standard Webhooks specification wants them: https://www.standardwebhooks.com/."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from standardwebhooks import Webhook

from ledger.canonical import canonical
from ledger.models import Event

SECRET_BYTES = 32


def new_secret() -> str:
    """whsec_ and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def message(event: Event) -> dict[str, Any]:
    """An event on the wire, the same in the feed and in a delivery."""
    return {
        "id": event.key,
        "seq": event.seq,
        "type": event.kind,
        "timestamp": event.at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "subject": {"type": event.subject_type, "id": event.subject_id},
        "data": event.data,
    }


def signed(event: Event, secrets: Sequence[str], *, at: dt.datetime) -> tuple[bytes, dict[str, str]]:
    """Body and headers, with a signature for each secret. The id stays the same when it is sent again."""
    body = canonical(message(event))
    utc = at.astimezone(dt.UTC)  # the package takes any instant for UTC
    signatures = [Webhook(secret).sign(event.key, utc, body.decode()) for secret in secrets]
    return body, {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": event.key,
        "webhook-timestamp": str(int(utc.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
