"""How near a rating comes to the station that it rates: the same address, the same phone, the same firm. Plain values."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings

# Anybody has a mailbox there: the same domain says nothing
PUBLIC_MAIL = frozenset(
    [
        "qq.com",
        "vip.qq.com",
        "foxmail.com",
        "163.com",
        "vip.163.com",
        "126.com",
        "yeah.net",
        "188.com",
        "sina.com",
        "sina.cn",
        "vip.sina.com",
        "sohu.com",
        "139.com",
        "189.cn",
        "wo.cn",
        "aliyun.com",
        "tom.com",
        "21cn.com",
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "icloud.com",
        "yahoo.com",
    ]
)
WORDS = {
    "own_contact": "评价人与服务站使用同一联系方式",
    "own_network": "评价与邀请来自同一网络",
    "own_domain": "评价人与服务站使用同一单位邮箱",
}
# Not counted in the mean: it was the station itself, as far as one can know. A network in common is shown and counts: it
# may be the station's own hall, or a proxy that all the city comes through.
SET_ASIDE = frozenset({"own_contact"})


def network_of(address: str) -> str:
    """A digest of a network address, keyed with the portal's secret: tells two apart and names neither."""
    if not address:
        return ""
    return hmac.new(settings.SECRET_KEY.encode(), f"rating:{address}".encode(), hashlib.sha256).hexdigest()[:32]


def digits(phone: str) -> str:
    """The last eleven figures of a phone number, however it is written; empty for what is too short to tell."""
    found = "".join(sign for sign in phone if sign.isascii() and sign.isdigit())[-11:]
    return found if len(found) >= 7 else ""


def domain(email: str) -> str:
    """The domain of an address of a firm; empty for a public mailbox."""
    found = email.strip().lower().partition("@")[2]
    return "" if found in PUBLIC_MAIL else found


def contact_flags(email: str, phone: str, *, emails: Iterable[str], phones: Iterable[str]) -> list[str]:
    """What the contact of a company has in common with those of the station (`emails`, `phones`)."""
    own = {address.strip().lower() for address in emails if address}
    near = {domain(address) for address in own} - {""}
    same_phone = digits(phone) and digits(phone) in {digits(number) for number in phones}
    if same_phone or (email and email.strip().lower() in own):
        return ["own_contact"]
    return ["own_domain"] if domain(email) in near else []
