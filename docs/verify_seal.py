"""Check the seals of the journal, and that a disclosed row stands in one. Needs nothing but Python 3.

    python3 verify_seal.py seals.json               every seal follows from the one before it
    python3 verify_seal.py seals.json row.json      and this row is what was sealed

seals.json is what GET /api/v1/seals/ answers (its pages, one after the other, or a plain list); row.json is what the
keeper of the journal hands out about one row. Trust the hash of a seal that you have seen at another place, for example
on the platform where it is anchored: a chain alone shows order, not that nobody has written the whole of it anew.
"""

import hashlib
import json
import sys
from pathlib import Path

NOTHING_BEFORE = "0" * 64


def sm3(data: bytes) -> bytes:
    """GB/T 32905-2016, by OpenSSL where it has it, otherwise by hand."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:
        return sm3_by_hand(data)


def sm3_by_hand(data: bytes) -> bytes:
    def rol(x, n):
        n %= 32
        return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF

    v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    data += b"\x80" + b"\x00" * ((55 - len(data)) % 64) + (len(data) * 8).to_bytes(8, "big")
    for start in range(0, len(data), 64):
        w = [int.from_bytes(data[start + i : start + i + 4], "big") for i in range(0, 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rol(w[j - 3], 15)
            w.append(x ^ rol(x, 15) ^ rol(x, 23) ^ rol(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = v
        for j in range(64):
            early = j < 16
            ss1 = rol((rol(a, 12) + e + rol(0x79CC4519 if early else 0x7A879D8A, j)) & 0xFFFFFFFF, 7)
            ff = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if early else (e & f) | (~e & g)
            tt1 = (ff + d + (ss1 ^ rol(a, 12)) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
            a, b, c, d = tt1, a, rol(b, 9), c
            e, f, g, h = tt2 ^ rol(tt2, 9) ^ rol(tt2, 17), e, rol(f, 19), g
        v = [old ^ new for old, new in zip(v, (a, b, c, d, e, f, g, h), strict=True)]
    return b"".join(x.to_bytes(4, "big") for x in v)


def canonical(content) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def hash_of(seal) -> str:
    said = {key: seal[key] for key in ("number", "sealed_at", "rows", "root", "previous")}
    return sm3(b"\x02" + canonical(said)).hex()


def faults_of_chain(seals):
    previous = NOTHING_BEFORE
    for number, seal in enumerate(seals, 1):
        if seal["number"] != number or seal["previous"] != previous:
            yield f"seal {seal['number']} does not follow the one before it"
        if seal["hash"] != hash_of(seal):
            yield f"seal {seal['number']}: its hash is not that of what it says"
        previous = seal["hash"]


def faults_of_row(row, seals):
    proof = row["proof"]
    found = sm3(b"\x00" + bytes.fromhex(row["salt"]) + canonical(row["content"]))
    if found.hex() != proof["leaf"] or row["content"]["id"] != proof["row"]:
        yield "the row is not the one that was sealed"
    for step in proof["path"]:
        other = bytes.fromhex(step["hash"])
        found = sm3(b"\x01" + (other + found if step["side"] == "left" else found + other))
    if found.hex() != proof["seal"]["root"]:
        yield "the row does not lead to the root of its seal"
    if hash_of(proof["seal"]) not in [seal["hash"] for seal in seals]:
        yield "the seal of the row is not among the seals"


def main(paths) -> int:
    answer = json.loads(Path(paths[0]).read_text(encoding="utf-8"))
    seals = sorted(answer["results"] if isinstance(answer, dict) else answer, key=lambda seal: seal["number"])
    faults = list(faults_of_chain(seals))
    for path in paths[1:]:
        row = json.loads(Path(path).read_text(encoding="utf-8"))
        faults += [f"{path}: {fault}" for fault in faults_of_row(row, seals)]
    print("\n".join(faults) or f"{len(seals)} seals, {len(paths) - 1} rows: all follows")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
