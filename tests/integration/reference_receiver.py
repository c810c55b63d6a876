"""A reference receiver of docs/hanjianlian.md, for tests: what the platform 汉检链 would have to do if it took our contract.
It is not 汉检链, of whose interface nothing is public. Over TLS, with tokens, pages, ETags; and with faults on order:

    receiver.fault = "fail"       500           "hang"      no answer           "redirect"  307
                     "html"       a page        "garbage"   no JSON             "big"       10 MB
                     "refuse"     422           "busy"      429 in a minute     "lie"       another ETag
                     "deep"       100,000 brackets          "array"             a JSON array
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

from django.utils.dateparse import parse_datetime

CLIENT, SECRET = "station-portal", "a secret/of:the portal"
HELD = ("stations", "certificates", "seals")  # put by us
TOLD = ("online-services", "anchor-receipts")  # pulled by us
COMPLETE_UNTIL = "2026-11-20T08:00:00+00:00"


class ReferenceReceiver:
    """Serves until `close`. `held` is what was put: {kind: {number: bytes}}; `told` what it tells: {kind: [document]}."""

    def __init__(self, certificate: Path) -> None:
        self.certificate = certificate
        self.ending = threading.Event()
        self.tokens = itertools.count(1)
        self.forget()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.receiver = self
        self.server.daemon_threads = True
        self.server.handle_error = lambda *args: None  # a connection that the sender cut
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def forget(self) -> None:
        self.held: dict[str, dict[str, bytes]] = {kind: {} for kind in HELD}
        self.told: dict[str, list[Any]] = {kind: [] for kind in TOLD}
        self.asked: list[str] = []  # "METHOD path?query" of everything but tokens
        self.signed_in = 0
        self.good_tokens: set[str] = set()
        self.fault = ""
        self.fault_at = ""  # only addresses that begin so; all but that of tokens when empty
        self.page_size = 100
        self.lasts = 3600

    def close(self) -> None:
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()

    def puts(self) -> list[str]:
        return [line.removeprefix("PUT ") for line in self.asked if line.startswith("PUT ")]

    def document(self, kind: str, number: str) -> dict[str, Any]:
        return json.loads(self.held[kind][number])

    def items(self, kind: str, since: str) -> list[Any]:
        """The inventory of what was put, or what is told that has changed since."""
        if kind in HELD:
            return [
                {"id": number, "hash": hashlib.sha256(content).hexdigest(), "received_at": COMPLETE_UNTIL}
                for number, content in sorted(self.held[kind].items())
            ]
        rows = self.told[kind]
        begin = parse_datetime(since) if since else None
        return [row for row in rows if begin is None or moment(row) >= begin]


def moment(row: Any) -> Any:
    said = row.get("updated_at") if isinstance(row, dict) else None
    return parse_datetime(said or COMPLETE_UNTIL) or parse_datetime(COMPLETE_UNTIL)


class Handler(BaseHTTPRequestHandler):
    timeout = 5

    @property
    def receiver(self) -> ReferenceReceiver:
        return self.server.receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        parts = urlsplit(self.path)
        if parts.path != "/v1/oauth/token":
            return self.answer(404)
        if self.in_fault("/oauth/token"):
            return None
        both = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        if [unquote_plus(part) for part in both.split(":")] != [CLIENT, SECRET]:
            return self.answer(401, {"error": "invalid_client"})
        if parse_qs(body).get("grant_type") != ["client_credentials"]:
            return self.answer(400, {"error": "unsupported_grant_type"})
        token = f"token-{next(self.receiver.tokens)}"
        self.receiver.signed_in += 1
        self.receiver.good_tokens.add(token)
        return self.answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": self.receiver.lasts})

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if not (place := self.place()):
            return None
        kind, _, number = place.partition("/")
        digest = hashlib.sha256(content)
        if self.headers["Content-Digest"] != f"sha-256=:{base64.b64encode(digest.digest()).decode()}:":
            return self.answer(400)
        if kind not in HELD or json.loads(content)["id"] != unquote(number):
            return self.answer(404)
        new = unquote(number) not in self.receiver.held[kind]
        self.receiver.held[kind][unquote(number)] = content
        etag = "0" * 64 if self.receiver.fault == "lie" else digest.hexdigest()
        return self.answer(201 if new else 200, {"hash": etag}, ETag=f'"{etag}"')

    def do_GET(self) -> None:
        if not (place := self.place()):
            return None
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if place not in (*HELD, *TOLD):
            return self.answer(404)
        size = min(int(asked["limit"]), self.receiver.page_size)
        begin, since = 0, asked.get("updated_since", "")
        if cursor := asked.get("cursor"):
            number, _, since = base64.urlsafe_b64decode(cursor).decode().partition("|")
            begin = int(number)
        rows = self.receiver.items(place, since)
        following = base64.urlsafe_b64encode(f"{begin + size}|{since}".encode()).decode()
        return self.answer(
            200,
            {
                "items": rows[begin : begin + size],
                "next": following if begin + size < len(rows) else None,
                "complete_until": COMPLETE_UNTIL,
            },
        )

    def place(self) -> str:
        """What is asked for under the base address; empty when the request was answered: no token, or a fault on order."""
        parts = urlsplit(self.path)
        self.receiver.asked.append(f"{self.command} {self.path.removeprefix('/v1/')}")
        place = parts.path.removeprefix("/v1/")
        if self.headers["Authorization"].removeprefix("Bearer ") not in self.receiver.good_tokens:
            self.answer(401, {"error": "invalid_token"})
            return ""
        return "" if self.in_fault(place) else place

    def in_fault(self, place: str) -> bool:
        fault = self.receiver.fault
        meant = place.startswith(self.receiver.fault_at or HELD + TOLD)
        if not fault or fault == "lie" or not meant:
            return False
        getattr(self, f"answer_{fault}")()
        return True

    def answer(self, status: int, said: Any = None, body: bytes | None = None, **headers: str) -> None:
        body = json.dumps(said, ensure_ascii=False).encode(errors="surrogatepass") if body is None else body
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_fail(self) -> None:
        self.answer(500, body="出错了\x00".encode())

    def answer_hang(self) -> None:
        self.receiver.ending.wait(5)

    def answer_redirect(self) -> None:
        self.answer(307, Location="/v1/stations")

    def answer_html(self) -> None:
        self.answer(200, body="<!doctype html><title>维护中</title>".encode())

    def answer_garbage(self) -> None:
        self.answer(200, body=b"\xff\x00{")

    def answer_big(self) -> None:
        self.answer(200, body=b"[" * 10_000_000)

    def answer_deep(self) -> None:
        self.answer(200, body=b'{"items":' + b"[" * 100_000)

    def answer_array(self) -> None:
        self.answer(200, [1, 2])

    def answer_refuse(self) -> None:
        self.answer(422, {"detail": "名称太长"})

    def answer_busy(self) -> None:
        self.answer(429, **{"Retry-After": "600"})

    def log_message(self, *args: object) -> None:
        """Silent."""
