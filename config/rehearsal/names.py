"""Names of people, organisations and stations that do not exist, the same ones for the same seed.

Names of organisations carry made-up brands (two signs of a list) so that no real company is meant; credit codes are
valid in form and begin their body with MA and a serial.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from stations.credit_code import make_credit_code

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
GIVEN = "文明建国志强晓丽红梅俊杰思远雨桐子涵浩然静怡雪松海波玉兰春华永康嘉宁书瑶泽宇欣悦立新佳慧博雅婉清承志云飞若琳致远安然家和秋实星辰晨曦景行知行"
BRAND_1 = "楚汉江鹤云晴川沙洲琴台磨山墨湖长堤荆屏昙华梁子龟蛇珞珈沌黄滠府澜"
BRAND_2 = "衡准测安信正诚标鉴睿精恒博通达源创联盛科智优瑞和"
FIELDS = (
    "光电子",
    "汽车零部件",
    "生物医药",
    "高端装备",
    "新材料",
    "食品安全",
    "智能制造",
    "集成电路",
    "氢能",
    "人工智能",
    "智能建造",
    "节能环保",
    "医疗器械",
    "纺织服装",
    "航空航天",
    "网络安全",
    "冷链物流",
    "数字创意",
)
# Form of the name, kind of organisation, first two signs of its credit code
FORMS = (
    ("武汉{brand}{field}检测技术有限公司", "enterprise", "91"),
    ("武汉{brand}计量校准有限公司", "enterprise", "91"),
    ("湖北{brand}{field}产业研究院有限公司", "enterprise", "91"),
    ("武汉{brand}{field}标准化研究所", "research", "12"),
    ("武汉市{brand}{field}质量检验中心", "technical", "12"),
    ("武汉{brand}{field}产业促进会", "social", "51"),
)
DISTRICT_CODES = (
    "420102", "420103", "420104", "420105", "420106", "420107", "420111", "420112", "420113", "420114", "420115",
    "420116", "420117", "WH-DHGX", "WH-JKQ", "WH-CJXQ", "WH-LKG",
)  # fmt: skip
ROADS = ("和兴路", "质兴大道", "惠民路", "汉水街", "新桥路", "工农路", "春晖路", "长丰街", "科苑路", "樱花大道")


@dataclass(frozen=True)
class Body:
    """An organisation as it is entered, and the station that it builds. `quality` 0..1 is what experts will find."""

    number: int
    name: str
    kind: str
    credit_code: str
    station: str
    district: str
    address: str
    field: str
    contact: str
    owner: str
    quality: float

    @property
    def email(self) -> str:
        return f"station{self.number:03d}@example.com"


class Names:
    """Gives out names, none twice."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a rehearsal, no secret
        self.used: set[str] = set()

    def fresh(self, make: object) -> str:
        for _ in range(1000):
            name = str(make())  # type: ignore[operator]
            if name not in self.used:
                self.used.add(name)
                return name
        raise RuntimeError("names are used up")

    def person(self) -> str:
        pick = self.random.choice
        return self.fresh(lambda: pick(SURNAMES) + pick(GIVEN) + (pick(GIVEN) if self.random.random() < 0.8 else ""))

    def body(self, number: int, quality: float, districts: dict[str, str]) -> Body:
        """The organisation of this number. `districts` is {code: name}."""
        pick = self.random.choice
        form, kind, department = pick(FORMS)
        field = pick(FIELDS)
        name = self.fresh(lambda: form.format(brand=pick(BRAND_1) + pick(BRAND_2), field=field))
        code = pick(DISTRICT_CODES)
        brand = name.removeprefix("武汉").removeprefix("湖北").removeprefix("市")[:2]
        station = self.fresh(lambda: f"{districts[code]}{field}产业{brand}质量基础设施“一站式”服务站")
        return Body(
            number=number,
            name=name,
            kind=kind,
            credit_code=make_credit_code(number, kind=department),
            station=station,
            district=code,
            address=f"{districts[code]}{pick(ROADS)}{self.random.randint(1, 399)}号",
            field=field,
            contact=f"1{self.random.choice('3578')}9****{number:04d}".replace("*", "0"),
            owner=self.person(),
            quality=quality,
        )
