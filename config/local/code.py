"""The six digits of the demo's second factor (RFC 6238), without a database: `make code`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of the demo accounts, printed at every start
PERIOD, DIGITS = 30, 6


def code_at(seconds: float) -> str:
    """The code of an instant in seconds since 1970."""
    counter = struct.pack(">Q", int(seconds) // PERIOD)
    digest = hmac.new(base64.b32decode(SECRET), counter, hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    value = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{value % 10**DIGITS:0{DIGITS}}"


if __name__ == "__main__":
    now = time.time()
    print(f"{code_at(now)}  （{PERIOD - int(now) % PERIOD}秒内有效）")
