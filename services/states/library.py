"""States of what a station keeps in its four libraries (guide 6.2.1)."""

from django.db import models

from ledger.moves import State, move, moves


class LibraryState(State):
    ACTIVE = "active", "在用", "good", "在用"
    RETIRED = "retired", "已停用", "neutral", "已停用"


LIBRARY_MOVES = moves(
    move(
        "retire",
        LibraryState.ACTIVE,
        LibraryState.RETIRED,
        "services.write_library",
        "停用",
        needs_reason=True,
    ),
    move("restore", LibraryState.RETIRED, LibraryState.ACTIVE, "services.write_library", "恢复使用"),
)
# How the journal words what is no move
LIBRARY_ACTS = {
    "add": "登记入库",
    "change": "修改",
    "import": "从表格导入",
    "remind": "提醒有效期",
    "add_qualification": "登记资质",
    "change_qualification": "修改资质",
    "remove_qualification": "删除资质",
}


class QualificationType(models.TextChoices):
    """What an agency may be qualified by. The short names are those that stand on the certificates."""

    CMA = "cma", "检验检测机构资质认定（CMA）"
    CNAS = "cnas", "实验室、检验机构认可（CNAS）"
    CAL = "cal", "产品质量检验机构授权（CAL）"
    METROLOGY = "metrology", "法定计量检定机构计量授权"
    CERTIFICATION = "certification", "认证机构批准书"
    PATENT = "patent", "专利代理机构执业许可证"
    SPECIAL_EQUIPMENT = "special_equipment", "特种设备检验检测机构核准证"
    OTHER = "other", "其他资质"


class SpecialistKind(models.TextChoices):
    STAFF = "staff", "专业人员"
    EXPERT = "expert", "专家"


class CompanySize(models.TextChoices):
    """中小企业划型 by name, as the company says it of itself; micro and small have the discount of the measure."""

    MICRO = "micro", "微型"
    SMALL = "small", "小型"
    MEDIUM = "medium", "中型"
    LARGE = "large", "大型"


SMALL_FIRMS = frozenset({CompanySize.MICRO, CompanySize.SMALL})


class SharingMode(models.TextChoices):
    """How an instrument is used by others."""

    ON_SITE = "on_site", "到站使用"
    COMMISSIONED = "commissioned", "委托测试"
    LENT = "lent", "外借租用"


class FeeUnit(models.TextChoices):
    HOUR = "hour", "小时"
    DAY = "day", "天"
    TIME = "time", "次"
    PIECE = "piece", "件"


class BookingState(State):
    ASKED = "asked", "待确认", "warn", "待本站确认"
    CONFIRMED = "confirmed", "已确认", "good", "已确认"
    CANCELLED = "cancelled", "已取消", "neutral", "已取消"


B = BookingState
BOOKING_MOVES = moves(
    move("confirm", B.ASKED, B.CONFIRMED, "services.confirm_booking", "确认预约"),
    # By the clock, too: what nobody confirmed before it began
    move(
        "cancel",
        {B.ASKED, B.CONFIRMED},
        B.CANCELLED,
        "services.cancel_booking",
        "取消预约",
        by_clock=True,
        needs_reason=True,
    ),
)
BOOKING_ACTS = {"ask": "提出预约"}
# What keeps the time of an instrument; the exclusion constraint of Booking says the same
BOOKED = frozenset({B.ASKED, B.CONFIRMED})
# Kinds in which nobody may work without a qualification in force: calibration, tests and certificates for others
QUALIFIED_KINDS = frozenset({"metrology", "testing", "certification"})
