"""统一社会信用代码 (GB 32100-2015 with amendment 1 of 2016): checked in full, explained in Chinese, made for demos.

Eighteen signs: 1 registering department, 1 kind of body, 6 region (GB/T 2260), 9 organisation code whose last sign is
its check (GB 11714), 1 check over the whole (mod 31). Pure functions; nothing here knows of a database.
"""

import unicodedata

from ledger.errors import Refused

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0123456789X"
# What a typist meant by the five letters that the code leaves out
_MISREAD = {"I": "数字 1", "O": "数字 0", "Z": "数字 2", "S": "数字 5", "V": "字母 U"}
# Dashes of every width that keyboards and copied papers give; NFKC does not fold them all
_DASHES = dict.fromkeys(map(ord, "-‐‑‒–—―−﹣－_·. \t\r\n"))

# Registering department -> (its name, {kind of body: its name})
DEPARTMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "1": ("机构编制", {"1": "机关", "2": "事业单位", "3": "群众团体", "9": "其他"}),
    "2": ("外交", {"1": "外国常驻新闻机构", "9": "其他"}),
    "3": (
        "司法行政",
        {
            "1": "律师执业机构",
            "2": "公证处",
            "3": "基层法律服务所",
            "4": "司法鉴定机构",
            "5": "仲裁委员会",
            "9": "其他",
        },
    ),
    "4": ("文化", {"1": "外国在华文化中心", "9": "其他"}),
    "5": ("民政", {"1": "社会团体", "2": "民办非企业单位", "3": "基金会", "9": "其他"}),
    "6": ("旅游", {"1": "外国旅游部门常驻代表机构", "2": "港澳台地区旅游部门常驻代表机构", "9": "其他"}),
    "7": ("宗教", {"1": "宗教活动场所", "2": "宗教院校", "9": "其他"}),
    "8": ("工会", {"1": "基层工会", "9": "其他"}),
    "9": ("市场监管", {"1": "企业", "2": "个体工商户", "3": "农民专业合作社", "9": "其他"}),
    "A": ("军委编制", {"1": "军队事业单位", "9": "其他"}),
    "N": ("农业农村", {"1": "组级集体经济组织", "2": "村级集体经济组织", "3": "乡镇级集体经济组织", "9": "其他"}),
    "Y": ("其他", {"1": "其他"}),
}
# First two digits of GB/T 2260; 100000 is the registering office of central bodies
PROVINCES = frozenset(
    str(number)
    for block in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82),
    )
    for number in block
)
CENTRAL = "100000"


def normalise(value: str) -> str:
    """The code as the paper prints it: half width, upper case, without spaces and dashes."""
    return unicodedata.normalize("NFKC", value).translate(_DASHES).upper()


def organisation_check_sign(body: str) -> str:
    """Check sign of an organisation code (GB 11714) from its first eight signs; letters count A=10 … Z=35."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return _ORGANISATION_CHECKS[-total % 11]


def check_sign(first_17: str) -> str:
    """The eighteenth sign (GB/T 17710, mod 31) from the first seventeen."""
    total = sum(_VALUE[sign] * weight for sign, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def validate(value: str) -> str:
    """Return the normalised code, or raise Refused with a sentence on what to correct.

    Codes of refusal: `credit_code_missing`, `credit_code_length`, `credit_code_sign`, `credit_code_department`,
    `credit_code_kind`, `credit_code_region`, `credit_code_organisation`, `credit_code_check`.
    """
    code = normalise(value)
    if not code:
        raise _no("missing", "请填写统一社会信用代码，共 18 位，印在营业执照或登记证书上。")
    if len(code) != 18:
        change = f"少了 {18 - len(code)} 位" if len(code) < 18 else f"多了 {len(code) - 18} 位"
        raise _no("length", f"统一社会信用代码应为 18 位，您填写的有 {len(code)} 位，{change}，请对照证照补正。")
    _require_known_signs(code)
    _require_known_department(code)
    _require_known_region(code[2:8])
    if organisation_check_sign(code[8:16]) != code[16]:
        raise _no("organisation", "第 9 至 17 位（主体标识码）前后不符，这九位里有一位填错，请对照证照逐位核对。")
    if check_sign(code[:17]) != code[17]:
        raise _no("check", "第 18 位校验码与前 17 位不符，代码里有一位填错或两位颠倒，请对照证照逐位核对。")
    return code


def caution(code: str) -> str:
    """A sentence for a valid code whose kind of body looks ineligible under Art 13(1), else "". Never blocks."""
    if code[:2] == "11":
        return "该代码属于机关。办法第十三条所列的申报单位不包括机关，是否可以申报由市市场监管局认定。"
    if code[:2] == "92":
        return "该代码属于个体工商户，不是法人。办法第三条要求由法人组织设立服务站，是否可以申报由市市场监管局认定。"
    return ""


def describe(code: str) -> str:
    """Whom a valid code names: department and kind, such as 市场监管部门登记的企业."""
    department, kinds = DEPARTMENTS[code[0]]
    return f"{department}部门登记的{kinds[code[1]]}"


def make_credit_code(number: int, *, kind: str = "91", region: str = "420100") -> str:
    """A valid code for demonstrations and tests, one per number (0 to 999999). Not that of any known body."""
    if not 0 <= number <= 999_999:
        raise ValueError("number is 0 to 999999")
    body = f"MA{number:06d}"
    first_17 = f"{kind}{region}{body}{organisation_check_sign(body)}"
    return first_17 + check_sign(first_17)


def _require_known_signs(code: str) -> None:
    for position, sign in enumerate(code, 1):
        if sign in _MISREAD:
            raise _no("sign", f"第 {position} 位是「{sign}」，统一社会信用代码不用这个字母，可能是{_MISREAD[sign]}。")
        if sign not in _VALUE:
            raise _no("sign", f"第 {position} 位是「{sign}」，统一社会信用代码只含数字和大写字母，请删除或改正。")


def _require_known_department(code: str) -> None:
    if code[0] not in DEPARTMENTS:
        raise _no("department", f"第 1 位「{code[0]}」不是登记管理部门代码，企业的代码以 91 开头，事业单位以 12 开头。")
    name, kinds = DEPARTMENTS[code[0]]
    if code[1] not in kinds:
        known = "、".join(f"{sign}（{kind}）" for sign, kind in kinds.items())
        raise _no("kind", f"第 2 位「{code[1]}」不是{name}部门登记的机构类别，应为 {known}，请对照证照改正。")


def _require_known_region(region: str) -> None:
    if not region.isdigit():
        raise _no("region", f"第 3 至 8 位「{region}」应为 6 位数字的行政区划代码，请对照证照改正。")
    if region != CENTRAL and region[:2] not in PROVINCES:
        raise _no("region", f"第 3 至 8 位「{region}」不是行政区划代码，武汉市的以 4201 开头，请对照证照改正。")


def _no(code: str, message: str) -> Refused:
    return Refused(f"credit_code_{code}", message, field="credit_code")
