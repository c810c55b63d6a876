"""A reference receiver of webhooks, over TLS, for tests: it verifies what it gets with the `standardwebhooks` package,
keeps it, and answers as its address says.

    https://localhost:PORT/ok   200     /fail   500     /gone   410     /redirect   307 to /ok
    /hang   no answer           /drip   a header, a byte at a time      /big   a long answer
    /flaky  500 until `receiver.well` is set
"""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks import Webhook, WebhookVerificationError


def make_certificate(folder: Path, *names: str) -> Path:
    """One file with key and certificate, for these names and none else; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "reference receiver")])
    begins = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "receiver.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


class Receiver:
    """Serves until `close`; `got` holds what was verified with one of `secrets`, `refused` the rest."""

    def __init__(self, certificate: Path) -> None:
        self.certificate = certificate
        self.ending = threading.Event()
        self.forget()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda sock, name, ctx: self.names.append(name)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.receiver = self
        self.server.daemon_threads = True
        self.server.handle_error = lambda *args: None  # a connection that the sender cut
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def forget(self) -> None:
        self.secrets: list[str] = []
        self.got: list[dict] = []
        self.headers: list[dict[str, str]] = []
        self.refused: list[str] = []
        self.asked: list[str] = []
        self.names: list[str | None] = []
        self.well = False

    def url(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    def close(self) -> None:
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()

    def keep(self, body: bytes, headers: dict[str, str]) -> None:
        for secret in self.secrets:
            try:
                self.got.append(Webhook(secret).verify(body, headers))
                self.headers.append(headers)
                return
            except WebhookVerificationError as failure:
                self.refused.append(str(failure))


class Handler(BaseHTTPRequestHandler):
    timeout = 5

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.receiver.asked.append(self.path)
        self.server.receiver.keep(body, {name.lower(): value for name, value in self.headers.items()})
        getattr(self, "answer_" + self.path.strip("/").partition("?")[0], self.answer_ok)()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_ok(self) -> None:
        self.answer(200, "收到\x00".encode())

    def answer_fail(self) -> None:
        self.answer(500, b"out of order")

    def answer_flaky(self) -> None:
        self.answer(204 if self.server.receiver.well else 500)

    def answer_gone(self) -> None:
        self.answer(410)

    def answer_redirect(self) -> None:
        self.answer(307, Location="/ok")

    def answer_hang(self) -> None:
        self.server.receiver.ending.wait(20)

    def answer_drip(self) -> None:
        for letter in b"HTTP/1.0 200 OK\r\nX: " + b"y" * 500:
            self.wfile.write(bytes([letter]))
            if self.server.receiver.ending.wait(0.05):
                return

    def answer_big(self) -> None:
        self.answer(200, b"z" * 1_000_000)

    def log_message(self, *args: object) -> None:
        """Silent."""
