"""One spelling for one content: what is hashed, and what anybody can hash again."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(content: Any) -> bytes:
    """The content as bytes that are the same wherever they are made: JSON, keys in order, no spaces, UTF-8. Numbers are
    whole; scores are texts."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def fingerprint(content: Any) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()
