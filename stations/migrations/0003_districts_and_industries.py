"""The city's thirteen districts, its functional zones, and the industries of the “965” list.

Districts: statistics codes of 2024-11. Zones have no six-digit code of their own, so they get codes of ours (WH-…).
The names of the supervising bureaux and the industries were found in secondary sources only: they are rows that the
administrator corrects, and every industry is marked as not yet verified.
"""

from django.db import migrations

DIVISIONS = [
    ("420102", "江岸区", ""),
    ("420103", "江汉区", ""),
    ("420104", "硚口区", ""),
    ("420105", "汉阳区", ""),
    ("420106", "武昌区", ""),
    ("420107", "青山区", ""),
    ("420111", "洪山区", ""),
    ("420112", "东西湖区", ""),
    ("420113", "汉南区", "武汉经济技术开发区（汉南区）市场监督管理局"),
    ("420114", "蔡甸区", ""),
    ("420115", "江夏区", ""),
    ("420116", "黄陂区", ""),
    ("420117", "新洲区", ""),
]
ZONES = [
    ("WH-DHGX", "东湖新技术开发区", "东湖新技术开发区市场监督管理局"),
    ("WH-JKQ", "武汉经济技术开发区", "武汉经济技术开发区（汉南区）市场监督管理局"),
    ("WH-DHFJ", "东湖生态旅游风景区", "东湖生态旅游风景区市场监督管理局"),
    ("WH-CJXQ", "长江新区", "长江新区市场监督管理局"),
    ("WH-LKG", "临空港经济技术开发区", "东西湖区市场监督管理局"),
]
INDUSTRIES = {
    ("pillar", "支柱产业"): [
        "“光芯屏端网”新一代信息技术",
        "汽车制造和服务",
        "大健康和生物技术",
        "高端装备和先进基础材料",
        "智能建造",
        "商贸物流",
        "现代金融",
        "绿色环保",
        "文化旅游",
    ],
    ("emerging", "战略性新兴产业"): ["网络安全", "航空航天", "空天信息", "人工智能", "数字创意", "氢能"],
    ("future", "未来产业"): ["电磁能", "量子科技", "超级计算", "脑科学和类脑科学", "深地深海深空"],
}


def fill(apps, schema_editor):
    district, industry = apps.get_model("stations", "District"), apps.get_model("stations", "Industry")
    rows = [(code, name, "division", code, bureau) for code, name, bureau in DIVISIONS]
    rows += [(code, name, "zone", None, bureau) for code, name, bureau in ZONES]
    district.objects.bulk_create(
        district(
            code=code,
            name=name,
            kind=kind,
            gb_code=gb_code,
            supervising_bureau=bureau or f"{name}市场监督管理局",
            position=position,
        )
        for position, (code, name, kind, gb_code, bureau) in enumerate(rows, 1)
    )
    industries = [
        (f"965-{code}-{number}", group, name)
        for (code, group), names in INDUSTRIES.items()
        for number, name in enumerate(names, 1)
    ]
    industry.objects.bulk_create(
        industry(code=code, group=group, name=name, position=position, verified=False)
        for position, (code, group, name) in enumerate(industries, 1)
    )


def empty(apps, schema_editor):
    apps.get_model("stations", "District").objects.all().delete()
    apps.get_model("stations", "Industry").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("stations", "0002_titles_keep_to_the_slots")]
    operations = [migrations.RunPython(fill, empty)]
