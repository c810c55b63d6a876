"""States of a machine client (接口客户端), of a station's leave for it, and what it may be allowed to do."""

from django.db import models

from ledger.moves import State, move, moves


class Scope(models.TextChoices):
    """What a token may do. A client gets no scope that its registration lacks, and acts for a station only in those
    that the station has given it as well."""

    STATIONS_READ = "stations:read", "查看授权服务站"
    SERVICES_READ = "services:read", "读取服务记录"
    SERVICES_WRITE = "services:write", "写入服务记录、设备预约和评价"
    NEEDS_WRITE = "needs:write", "提交服务需求"
    EVENTS_READ = "events:read", "读取事件"


class ClientState(State):
    ACTIVE = "active", "使用中", "good", "使用中"
    DISABLED = "disabled", "已停用", "bad", "已停用"


C = ClientState
CLIENT_MOVES = moves(
    move("disable", C.ACTIVE, C.DISABLED, "integration.manage_client", "停用接口客户端", needs_reason=True),
    move("enable", C.DISABLED, C.ACTIVE, "integration.manage_client", "恢复接口客户端"),
)


class AuthorisationState(State):
    GIVEN = "given", "已授权", "good", "已授权"
    WITHDRAWN = "withdrawn", "已撤回", "neutral", "已撤回"


A = AuthorisationState
AUTHORISATION_MOVES = moves(
    move("withdraw", A.GIVEN, A.WITHDRAWN, "integration.authorise_client", "撤回接口授权"),
)
