"""What the platform tells, taken strictly: each document is taken, or refused with the reason in a sentence. Plain values
in and out, no tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from integration.outside import url_faults
from ledger.canonical import fingerprint
from stations.states import OnlineContent

HEX = re.compile(r"[0-9a-f]{64}")
LARGEST = 2**31 - 1
LONGEST_RAW = 16_000  # characters of one document
CLOCKS_APART = dt.timedelta(minutes=10)
STATES = {"online": True, "offline": False}


class Unfit(Exception):
    """A document that cannot be taken; its text is the reason, in a Chinese sentence."""


@dataclass(frozen=True)
class ToldService:
    """One thing that the platform shows of a station."""

    number: str
    station: int
    credit_code: str
    content: str
    title: str
    url: str
    online: bool
    changed_at: dt.datetime
    raw: str = ""

    @property
    def mark(self) -> str:
        """What must be the same here and there."""
        at = self.changed_at.astimezone(dt.UTC).isoformat()
        return fingerprint([self.station, self.content, self.title, self.url, self.online, at])


@dataclass(frozen=True)
class ToldReceipt:
    """The platform has anchored a seal, as it saw it."""

    number: str
    seal: int
    root: str
    hash: str
    reference: str
    anchored_at: dt.datetime
    raw: str = ""

    @property
    def mark(self) -> str:
        """What must be the same here and there."""
        at = self.anchored_at.astimezone(dt.UTC).isoformat()
        return fingerprint([self.seal, self.root, self.hash, self.reference, at])


def read_service(raw: Any, *, at: dt.datetime) -> ToldService:
    said = an_object(raw)
    state = said.get("state")
    if not isinstance(state, str) or state not in STATES:
        raise Unfit("state 应为 online 或 offline。")
    content = said.get("content")
    if content not in OnlineContent.values:
        raise Unfit(f"content 应为 {'、'.join(OnlineContent.values)} 之一。")
    url = text(said, "url", 500)
    if fault := url_faults(urlsplit(url)):
        raise Unfit(f"url 不能接收：{fault}")
    return ToldService(
        number=number_of(said),
        station=count(said, "station"),
        credit_code=text(said, "credit_code", 18),
        content=content,
        title=text(said, "title", 200),
        url=url,
        online=STATES[state],
        changed_at=past(said, "updated_at", at),
        raw=spelt(raw),
    )


def read_receipt(raw: Any, *, at: dt.datetime) -> ToldReceipt:
    said = an_object(raw)
    seen = said.get("hash")
    if seen is not None:
        seen = digest(said, "hash")
    return ToldReceipt(
        number=number_of(said),
        seal=count(said, "seal"),
        root=digest(said, "root"),
        hash=seen or "",
        reference=text(said, "reference", 200),
        anchored_at=past(said, "anchored_at", at),
        raw=spelt(raw),
    )


def read_held(raw: Any) -> tuple[str, str]:
    """(our number, content hash) of a line of the platform's inventory."""
    said = an_object(raw)
    return number_of(said), digest(said, "hash")


def an_object(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise Unfit("不是一个 JSON 对象。")
    if len(spelt(raw)) > LONGEST_RAW:
        raise Unfit(f"内容过长，超过 {LONGEST_RAW} 个字符。")
    return raw


def number_of(said: Mapping[str, Any]) -> str:
    return text(said, "id", 64)


def text(said: Mapping[str, Any], name: str, longest: int) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unfit(f"缺少 {name}，或者不是文字。")
    value = value.strip()
    if len(value) > longest:
        raise Unfit(f"{name} 超过 {longest} 个字。")
    if not value.isprintable():
        raise Unfit(f"{name} 含有不能显示的字符。")
    return value


def count(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    if type(value) is str and value.isascii() and value.isdigit() and len(value) <= 10:
        value = int(value)  # our numbers stand in documents as texts
    if type(value) is not int or not 1 <= value <= LARGEST:
        raise Unfit(f"{name} 应为本门户给出的编号（正整数）。")
    return value


def digest(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not HEX.fullmatch(value):
        raise Unfit(f"{name} 应为 64 位小写十六进制数。")
    return value


def instant(said: Mapping[str, Any], name: str) -> dt.datetime:
    try:
        value = dt.datetime.fromisoformat(said.get(name))  # type: ignore[arg-type]
        value.astimezone(dt.UTC)  # the first and the last day of the calendar have no such neighbour
    except (TypeError, ValueError, OverflowError):
        raise Unfit(f"{name} 应为 RFC 3339 时间，如 2026-11-20T09:30:00+08:00。") from None
    if value.tzinfo is None:
        raise Unfit(f"{name} 没有时区，应为 RFC 3339 时间，如 2026-11-20T09:30:00+08:00。")
    return value


def past(said: Mapping[str, Any], name: str, at: dt.datetime) -> dt.datetime:
    value = instant(said, name)
    if value > at + CLOCKS_APART:
        raise Unfit(f"{name} 在将来，请核对平台的时钟。")
    return value


# -- What was refused  ----


def spelt(raw: Any) -> str:
    """The document as a text that the database takes, whatever is in it."""
    said = json.dumps(raw, ensure_ascii=False, sort_keys=True)
    try:
        said.encode()
    except UnicodeEncodeError:  # half a character
        return json.dumps(raw, sort_keys=True)
    return said


def key_of(raw: Any) -> str:
    """By what a refused document is known: its number, or its fingerprint when it has none that can be used."""
    try:
        return number_of(an_object(raw))
    except Unfit:
        return fingerprint(spelt(raw))[:32]
