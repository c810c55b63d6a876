"""States of a webhook endpoint (推送地址), and what became of a delivery."""

from django.db import models

from ledger.moves import State, move, moves


class EndpointState(State):
    ACTIVE = "active", "使用中", "good", "使用中"
    DISABLED = "disabled", "已停用", "bad", "已停用"


E = EndpointState
ENDPOINT_MOVES = moves(
    move(
        "disable", E.ACTIVE, E.DISABLED, "integration.manage_webhook", "停用推送地址", by_clock=True, needs_reason=True
    ),
    move("enable", E.DISABLED, E.ACTIVE, "integration.manage_webhook", "恢复推送地址"),
)


class Outcome(models.TextChoices):
    """No moves of the ledger: each attempt has a row of its own, and a replay by hand is in the journal."""

    WAITING = "waiting", "等待推送"
    DELIVERED = "delivered", "已送达"
    DEAD = "dead", "未送达"


TONES = {Outcome.WAITING: "info", Outcome.DELIVERED: "good", Outcome.DEAD: "bad"}


class Problem(models.TextChoices):
    """Why an attempt failed."""

    NO_SUCH_HOST = "no_such_host", "域名无法解析"
    ADDRESS_REFUSED = "address_refused", "域名指向内部网络地址，不予连接"
    UNREACHABLE = "unreachable", "无法连接"
    CERTIFICATE = "certificate", "TLS 证书不可信或握手失败"
    TIMEOUT = "timeout", "没有在规定时间内答复"
    NO_ANSWER = "no_answer", "答复不是有效的 HTTP"
    REDIRECT = "redirect", "答复为重定向，不予跟随"
    GONE = "gone", "答复 410，地址已停用"
    STATUS = "status", "答复状态码不是 2xx"
    NO_LEAVE = "no_leave", "服务站已撤回授权，不再推送"
