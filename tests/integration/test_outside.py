"""Requests to addresses of others: to the outside only, to just the address that was looked at, and not for long."""

import ipaddress
import socket
import time
from urllib.parse import urlsplit

import pytest

from integration import outside
from integration.outside import NotReached, checked_addresses, is_public, post, url_faults
from integration.states.webhook import Problem


def problem_of(url):
    with pytest.raises(NotReached) as caught:
        post(url, b"{}", {})
    return caught.value.problem


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
        "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["114.114.114.114", "2400:3200::1", "64:ff9b::7272:7272", "::ffff:114.114.114.114"])
def test_an_address_of_the_open_internet_is_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.cn/", "ftp://example.cn/", "https://", "https:///path", "https://example.cn:0/", "https://例子.cn/",
        "https://example.cn:99999/", "https://me:secret@example.cn/", "https://example.cn/#there", "https://example.cn/a b",
    ],
)  # fmt: skip
def test_an_address_of_a_wrong_form_is_told_in_a_sentence(url):
    assert url_faults(urlsplit(url)).endswith("。")


def test_an_address_of_a_right_form_has_no_fault():
    assert url_faults(urlsplit("https://example.cn:8443/hooks?for=1")) == ""


@pytest.mark.parametrize("url", ["https://127.0.0.1:{}/ok", "https://[::1]:{}/ok", "https://localhost:{}/ok"])
def test_nothing_is_sent_to_this_machine(running_receiver, url):
    before = list(running_receiver.asked)
    assert problem_of(url.format(running_receiver.port)) == Problem.ADDRESS_REFUSED
    assert running_receiver.asked == before


def test_a_name_that_leads_inside_by_one_of_its_addresses_is_refused(monkeypatch):
    rows = [(2, 1, 6, "", (address, 443)) for address in ("114.114.114.114", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    with pytest.raises(NotReached) as caught:
        checked_addresses("two-faced.example", 443)
    assert caught.value.problem == Problem.ADDRESS_REFUSED


def test_the_connection_goes_to_the_address_that_was_looked_at(receiver, monkeypatch):
    """A name that would lead elsewhere the second time is not looked up a second time."""
    true, asked = socket.getaddrinfo, []

    def once(host, *args, **kwargs):
        if host == "localhost":
            asked.append(host)
            return [(2, 1, 6, "", ("127.0.0.1", receiver.port))]
        return true(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    assert post(receiver.url("/ok"), b"{}", {}).status == 200
    assert asked == ["localhost"]
    assert receiver.names == ["localhost"]


def test_a_name_that_leads_nowhere():
    assert problem_of("https://no-such-host.invalid/") == Problem.NO_SUCH_HOST


def test_a_certificate_of_another_name_is_refused(receiver, settings):
    settings.WEBHOOK_HOSTS_INSIDE = frozenset({"127.0.0.1"})
    assert problem_of(receiver.url("/ok", host="127.0.0.1")) == Problem.CERTIFICATE
    assert receiver.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(receiver, settings):
    settings.WEBHOOK_CA_FILE = ""
    assert problem_of(receiver.url("/ok")) == Problem.CERTIFICATE


def test_a_port_at_which_nobody_listens(receiver):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert problem_of(f"https://localhost:{free.getsockname()[1]}/") == Problem.UNREACHABLE


def test_a_redirect_is_an_answer_and_not_followed(receiver):
    assert post(receiver.url("/redirect"), b"{}", {}).status == 307
    assert receiver.asked == ["/redirect"]


def test_of_a_long_answer_four_kilobytes_are_read(receiver):
    assert len(post(receiver.url("/big"), b"{}", {}).body) == outside.READ_AT_MOST == 4096


@pytest.mark.parametrize("path", ["/hang", "/drip"])
def test_who_does_not_answer_in_time_is_cut_off(receiver, path):
    begun = time.monotonic()
    assert problem_of(receiver.url(path)) == Problem.TIMEOUT
    assert time.monotonic() - begun < 2
