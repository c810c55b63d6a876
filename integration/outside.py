"""Requests to addresses that others have given us. They may lead nowhere but outside.

The name is looked up once; every address it has must be a public one; the connection goes to just the address that was
looked at, with the name in SNI, certificate and Host. Redirects are not followed, proxies of the environment not used, and
a receiver that answers byte by byte is cut off when the time is over.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from integration.states.webhook import Problem

READ_AT_MOST = 4096
ADDRESSES_TRIED = 3
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes  # as many bytes of it as were asked for
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters
    whole: bool = True  # whether that was all of it


class NotReached(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.label)
        self.problem = problem


class CheckedConnection(http.client.HTTPSConnection):
    """Connects to the address that was checked, whatever the name leads to by now."""

    def __init__(self, host: str, port: int, address: Address, context: ssl.SSLContext, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self.address, self.tls = address, context

    def connect(self) -> None:
        raw = socket.create_connection((str(self.address), self.port), self.timeout)
        # the handshake is made in `ask`, where the clock runs
        self.sock = self.tls.wrap_socket(raw, server_hostname=self.host, do_handshake_on_connect=False)


def post(url: str, body: bytes, headers: Mapping[str, str], *, at_most: int = READ_AT_MOST) -> Answer:
    """POST to an address of others. Raises NotReached; any status is an answer."""
    return request("POST", url, body, headers, at_most=at_most)


def put(url: str, body: bytes, headers: Mapping[str, str], *, at_most: int = READ_AT_MOST) -> Answer:
    """PUT, as `post`."""
    return request("PUT", url, body, headers, at_most=at_most)


def get(url: str, headers: Mapping[str, str], *, at_most: int = READ_AT_MOST) -> Answer:
    """GET, as `post`."""
    return request("GET", url, None, headers, at_most=at_most)


def request(method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, at_most: int) -> Answer:
    parts = urlsplit(url)
    if url_faults(parts):
        raise NotReached(Problem.ADDRESS_REFUSED)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with told_in_our_words():
        return ask(connect(parts.hostname or "", parts.port or 443), method, path, body, headers, at_most)


def connect(host: str, port: int) -> CheckedConnection:
    """A connection to the first of the name's addresses that takes one."""
    context = ssl.create_default_context(cafile=settings.WEBHOOK_CA_FILE or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    failure: OSError = ConnectionError(host)
    for address in checked_addresses(host, port):
        connection = CheckedConnection(host, port, address, context, settings.WEBHOOK_SECONDS)
        try:
            connection.connect()
        except OSError as error:
            failure = error
        else:
            return connection
    raise failure


def ask(
    connection: CheckedConnection,
    method: str,
    path: str,
    body: bytes | None,
    headers: Mapping[str, str],
    at_most: int,
) -> Answer:
    """Handshake and one request, cut when the time for all of it is over: a time-out of the socket begins anew with each
    byte that comes."""
    over = threading.Event()

    def cut() -> None:
        over.set()
        with suppress(OSError):
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    watch = threading.Timer(settings.WEBHOOK_SECONDS, cut)
    watch.daemon = True
    watch.start()
    try:
        connection.sock.do_handshake()
        connection.request(method, path, body, {**headers, "User-Agent": "quality-station-portal"})
        answer = connection.getresponse()
        got = answer.read(at_most + 1)
        told = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, got[:at_most], told, whole=len(got) <= at_most)
    except (OSError, http.client.HTTPException):
        if over.is_set():
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        connection.close()


@contextmanager
def told_in_our_words() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise NotReached(Problem.TIMEOUT) from error
    except ssl.SSLError as error:
        raise NotReached(Problem.CERTIFICATE) from error
    except OSError as error:
        raise NotReached(Problem.UNREACHABLE) from error
    except http.client.HTTPException as error:
        raise NotReached(Problem.NO_ANSWER) from error


def checked_addresses(host: str, port: int) -> list[Address]:
    """Where the name leads. Raises NotReached when nowhere, or when one of its addresses is not a public one: a name that
    leads inside at times is not to be trusted at other times."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(Problem.NO_SUCH_HOST) from error
    addresses = list(dict.fromkeys(ipaddress.ip_address(row[4][0]) for row in found))
    inside_allowed = host in settings.WEBHOOK_HOSTS_INSIDE
    if not addresses or not (inside_allowed or all(is_public(address) for address in addresses)):
        raise NotReached(Problem.ADDRESS_REFUSED)
    return addresses[:ADDRESSES_TRIED]


def is_public(address: Address) -> bool:
    """Whether it is an address of the open internet; of an IPv6 address that wraps an IPv4 one, whether that is."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def url_faults(parts: SplitResult) -> str:
    """What is wrong with the form of an address, as a Chinese sentence; empty when nothing is."""
    faults = {
        "只接受 https:// 开头的地址，请填写接收方的 https 地址。": parts.scheme != "https",
        "地址里没有域名，请填写完整的地址，例如 https://example.cn/hooks。": not parts.hostname,
        "端口不对，请填写 1 到 65535 的数字，或者不写端口。": not has_good_port(parts),
        "地址里不能写用户名和密码，请去掉；接收方用签名核验来源。": parts.username is not None,
        "地址里不能有 # 以后的部分，请去掉。": parts.fragment,
        "地址里不能有空格和中文，请按接收方给出的地址填写。": not parts.geturl().isascii() or " " in parts.geturl(),
    }
    return next((said for said, wrong in faults.items() if wrong), "")


def has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False
