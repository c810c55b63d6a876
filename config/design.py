"""The page /design/: every component, shown by a small template that is also its documentation."""

import datetime as dt
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.utils import timezone

from accounts.fields import DateInput
from accounts.models import User
from ledger.models import JournalEntry

DEMOS = (
    ("badge", "状态标签"),
    ("button", "按钮"),
    ("notice", "提示"),
    ("empty_state", "空状态"),
    ("countdown", "倒计时与期限"),
    ("step_bar", "步骤条"),
    ("tabs", "标签页"),
    ("tiles", "数字"),
    ("facts", "信息列表"),
    ("words", "日期、金额、分数、脱敏"),
    ("table", "列表：筛选、排序、分页、导出"),
    ("form", "表单：错误汇总、字段"),
    ("confirm", "确认"),
    ("files", "文件列表"),
    ("progress", "进度条"),
    ("timeline", "办理记录"),
    ("todos", "待办"),
    ("icons", "图标"),
)
ICONS = [
    "check",
    "cross",
    "up",
    "down",
    "sort",
    "download",
    "file",
    "search",
    "clock",
    "warn",
    "edit",
    "seal",
    "voice",
    "place",
]


class DemoForm(forms.Form):
    name = forms.CharField(label="服务站名称", max_length=60, help_text="不得含有“国家”“中国”“全国”等字样。")
    kind = forms.ChoiceField(label="单位类型", choices=[("", "请选择"), ("firm", "企业"), ("institute", "科研院所")])
    founded = forms.DateField(label="成立日期", widget=DateInput())
    abilities = forms.MultipleChoiceField(
        label="服务能力", choices=[("a", "计量服务"), ("b", "标准服务")], widget=forms.CheckboxSelectMultiple
    )
    about = forms.CharField(label="简介", max_length=500, required=False, widget=forms.Textarea)
    promise = forms.BooleanField(label="承诺所填内容真实")


class Moment:
    """A thing with attributes, for the demonstrations only."""

    def __init__(self, **facts: object) -> None:
        self.__dict__.update(facts)


def page() -> dict:
    folder = Path(settings.BASE_DIR) / "templates/design/demos"
    demos = [
        (name, title, f"design/demos/{name}.html", (folder / f"{name}.html").read_text().strip())
        for name, title in DEMOS
    ]
    return {"demos": demos, **samples(timezone.now())}


def sample_journal(now: dt.datetime) -> list[JournalEntry]:
    """Journal rows that are never saved."""
    clerk = User(pk=0, name="赵敏")
    facts = {"object_type": "evaluation.application", "object_id": "0"}
    return [
        JournalEntry(**facts, at=now, move="lapse", before="returned", after="lapsed", job="sweep"),
        JournalEntry(
            **facts,
            at=now - dt.timedelta(days=3),
            move="return",
            before="submitted",
            after="returned",
            actor=clerk,
            reason="第四项材料缺少审计意见页，请补充后重新上传。",
        ),
    ]


def samples(now: dt.datetime) -> dict:
    """Values for the demonstrations."""
    job = Moment(pk=0, state="running", get_state_display="正在执行", done=128, total=300, message="")
    return {
        "now": now,
        "closes_at": now + dt.timedelta(days=3, hours=4),
        "yesterday": now - dt.timedelta(days=1),
        "tomorrow": now + dt.timedelta(days=1),
        "steps": [
            {"label": "单位信息", "state": "done", "url": "#step_bar"},
            {"label": "基本条件", "state": "problem", "note": "还差 1 名专员", "url": "#step_bar"},
            {"label": "服务能力", "state": "current", "url": "#step_bar"},
            {"label": "申报材料", "state": "todo"},
            {"label": "核对提交", "state": "todo"},
        ],
        "tab_items": [
            {"key": "all", "label": "全部", "url": "#tabs", "count": 12},
            {"key": "mine", "label": "我经办的", "url": "#tabs", "count": 3},
        ],
        "rows": [
            {
                "number": "WHQI-2026-001",
                "name": "光电子信息产业质量服务站",
                "score": 86.4,
                "due": now + dt.timedelta(days=1),
            },
            {
                "number": "WHQI-2026-002",
                "name": "汽车零部件产业质量服务站",
                "score": None,
                "due": now - dt.timedelta(days=2),
            },
        ],
        "sort": "number",
        "page_obj": Paginator(range(200), 20).page(3),
        "demo_form": DemoForm(data={"name": "中国质量站", "about": "一段说明"}),
        "files": [
            {"name": "申报书.pdf", "size": 1_840_000, "url": "#files", "sha256": "9f2c4a81d0"},
            {"name": "项目清单.xlsx", "size": 48_200, "url": "#files", "note": "近三年 26 个项目"},
        ],
        "job": job,
        "entries": sample_journal(now),
        "todos": todos(now),
        "icon_names": ICONS,
    }


def todos(now: dt.datetime) -> list[Moment]:
    return [
        Moment(
            title="受理：光电子信息产业质量服务站",
            url="#todos",
            due_at=now + dt.timedelta(days=2),
            reason="申报已提交，等您审查材料完整性",
        ),
        Moment(
            title="补正：汽车零部件产业质量服务站",
            url="#todos",
            due_at=now - dt.timedelta(hours=5),
            reason="第四项材料需要重新上传",
        ),
    ]
