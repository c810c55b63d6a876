"""The Idempotency-Key header: what it must look like, and when two requests are the same one."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from ledger.canonical import canonical
from ledger.errors import Refused

LONGEST = 200
WELL_FORMED = re.compile(rf"[\x21-\x7e]{{1,{LONGEST}}}")


def key_of(header: str | None) -> str:
    """The key in the header, without the quotation marks in which the IETF's draft writes it.

    Raises Refused: `idempotency_key_missing`, `idempotency_key_invalid`.
    """
    if header is None or not header.strip():
        raise Refused(
            "idempotency_key_missing",
            "请在 Idempotency-Key 请求头中给出本次请求的唯一标识（如 UUID），重发时沿用同一标识。",
        )
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not WELL_FORMED.fullmatch(key):
        raise Refused(
            "idempotency_key_invalid",
            f"Idempotency-Key 应为 1 至 {LONGEST} 个可见 ASCII 字符，不含空格，建议使用 UUID。",
        )
    return key


def fingerprint(method: str, path: str, content: Any) -> str:
    """SHA-256, in hexadecimal, of what makes a request the same: method, path, and the content of its JSON body whatever
    the order of its names."""
    head = f"{method} {path}\n".encode()
    return hashlib.sha256(head + canonical(content)).hexdigest()
