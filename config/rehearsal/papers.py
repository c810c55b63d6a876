"""The files that are handed in: real PDFs and a real picture, each set once in a rehearsal and used again."""

from __future__ import annotations

import io
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from ledger.documents import render_pdf

PDF_TYPE = "application/pdf"
TITLES = {
    "application_form": "评价申请书",
    "registration": "登记证书副本",
    "systems": "管理制度和程序文件",
    "audit_report": "上年度财务审计报告",
    "abilities": "服务能力证明材料",
    "projects": "近三年服务项目清单",
    "declaration": "材料真实性声明",
    "supplement": "补正材料",
    "report": "年度服务效能评估报告",
    "evidence": "人员和能力佐证材料",
    "mandate": "评价工作委托书",
    "visit": "现场核查记录",
    "minutes": "评审会议纪要",
    "objection": "异议佐证材料",
    "contract": "服务合同",
    "service_report": "服务报告",
}


@cache
def pdf_bytes(kind: str) -> bytes:
    title = TITLES[kind]
    return render_pdf("documents/rehearsal.html", {"title": title, "lines": range(1, 7)})


def pdf(kind: str) -> SimpleUploadedFile:
    """An upload as the browser sends it."""
    return SimpleUploadedFile(f"{TITLES[kind]}.pdf", pdf_bytes(kind), content_type=PDF_TYPE)


@cache
def picture_bytes() -> bytes:
    picture = Image.new("RGB", (640, 400), "#eef2f6")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 60, 600, 120), fill="#1f4e8c")
    for column in range(5):
        draw.rectangle((60 + column * 110, 170, 140 + column * 110, 340), outline="#7a8a99", width=3)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def picture(name: str = "现场照片.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes(), content_type="image/png")
