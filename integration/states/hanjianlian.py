"""What goes to the platform 汉检链 and what comes from it, and what became of it."""

from django.db import models

from integration.states.webhook import Problem


class DocumentKind(models.TextChoices):
    """What is pushed. Served there at an address of its own (integration.hanjianlian.mapping)."""

    STATION = "station", "服务站"
    CERTIFICATE = "certificate", "证书"
    SEAL = "seal", "台账封存"


class PulledKind(models.TextChoices):
    """What is pulled."""

    ONLINE_SERVICE = "online_service", "线上服务"
    RECEIPT = "receipt", "存证回执"


class SendOutcome(models.TextChoices):
    """No moves of the ledger: each try has a row of its own, and what a person does is in the journal. Nothing is ever
    given up: a document that cannot be sent is tried once a day."""

    WAITING = "waiting", "等待推送"
    CONFIRMED = "confirmed", "平台已确认"


class Verdict(models.TextChoices):
    """What an anchoring receipt says, held against our own seal."""

    MATCHES = "matches", "与本门户一致"
    DIFFERS = "differs", "与本门户不一致"
    NO_SUCH_SEAL = "no_such_seal", "本门户没有这一号封存"


VERDICT_TONES = {Verdict.MATCHES: "good", Verdict.DIFFERS: "bad", Verdict.NO_SUCH_SEAL: "bad"}


class Fault(models.TextChoices):
    """Why a request to the platform came to nothing, besides the problems of every connection (`Problem`)."""

    TOKEN_REFUSED = "token_refused", "没有取得令牌，请核对客户端编号和密钥"
    UNAUTHORISED = "unauthorised", "平台不接受刚取得的令牌"
    REFUSED = "refused", "平台不接受这份内容"
    BUSY = "busy", "平台要求放慢"
    FAILED = "failed", "平台内部错误"
    UNREADABLE = "unreadable", "答复不是约定的内容"
    TOO_LONG = "too_long", "答复过长"
    NOT_CONFIRMED = "not_confirmed", "平台确认的内容指纹与推送的不同"


FAULTS = [*Problem.choices, *Fault.choices]
# Only this document is concerned: the next one may do better. After any other fault the rest waits as well.
OF_THE_DOCUMENT = frozenset({Fault.REFUSED, Fault.NOT_CONFIRMED})


class Difference(models.TextChoices):
    """What a reconciliation finds of one thing."""

    NOT_SENT = "not_sent", "尚未推送成功"
    MISSING_THERE = "missing_there", "推送过，平台没有"
    HASH_DIFFERS = "hash_differs", "内容与推送的不同"
    OUTDATED = "outdated", "本门户已变更，平台还是旧内容"
    EXTRA_THERE = "extra_there", "平台多出，本门户没有"
    MISSING_HERE = "missing_here", "平台有，本门户没有拉取到"
    GONE_THERE = "gone_there", "拉取过，平台已没有"


# What sending again can mend; what pulling anew can mend
MENDED_BY_SENDING = frozenset(
    {Difference.NOT_SENT, Difference.MISSING_THERE, Difference.HASH_DIFFERS, Difference.OUTDATED}
)
