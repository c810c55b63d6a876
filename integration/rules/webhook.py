"""Who looks after webhook endpoints, and which addresses are accepted."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import rules

from accounts.rules import is_system_admin
from integration.models import ApiClient
from integration.outside import NotReached, checked_addresses, url_faults
from integration.states.client import Scope
from integration.states.webhook import Problem
from ledger.errors import Refused
from ledger.models import PRIVATE_EVENTS, EventKind

rules.add_perm("integration.manage_webhook", is_system_admin)


def validate_url(url: str) -> None:
    """Raises Refused `url_invalid` or `address_refused`. Looks the name up; what it leads to is checked again at every
    delivery."""
    parts = urlsplit(url)
    if said := url_faults(parts):
        raise Refused("url_invalid", said, field="url")
    try:
        checked_addresses(parts.hostname or "", parts.port or 443)
    except NotReached as refusal:
        if refusal.problem == Problem.NO_SUCH_HOST:
            raise Refused(
                "url_invalid", "这个域名现在无法解析，请核对拼写，或者待接收方开通以后再登记。", field="url"
            ) from None
        raise Refused(
            "address_refused", "这个域名指向内部网络地址，不能推送。请填写可从互联网访问的地址。", field="url"
        ) from None


def validate_kinds(client: ApiClient, kinds: Sequence[str]) -> list[str]:
    """The kinds, each once, in the order in which they are declared. Raises Refused `kinds_missing`, `scope_missing`."""
    found = [kind.value for kind in EventKind if kind in kinds]
    if not found:
        raise Refused("kinds_missing", "请至少选择一种事件。", field="kinds")
    if PRIVATE_EVENTS & set(found) and Scope.EVENTS_READ not in client.scopes:
        raise Refused(
            "scope_missing",
            f"这个客户端没有登记“{Scope.EVENTS_READ.label}”，不能推送服务记录的事件。请先修改客户端，或者取消这些事件。",
            field="kinds",
        )
    return found
