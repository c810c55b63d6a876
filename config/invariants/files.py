"""Whether the files in storage are still those that were taken in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ledger.models import StoredFile


def changed_files() -> Iterator[str]:
    for stored in StoredFile.objects.order_by("pk").iterator():
        try:
            with stored.file.open("rb") as content:
                found = hashlib.file_digest(content, "sha256").hexdigest()
        except OSError:
            yield f"file {stored.key} is gone"
            continue
        if found != stored.sha256:
            yield f"file {stored.key} is not the one that was stored"
