import io
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook
from PIL import Image

from accounts.models import User
from ledger.errors import Refused
from ledger.files import file_response, store_upload
from ledger.models import StoredFile
from ledger.uploads import IMAGES, MAX_BYTES, check_upload


def pdf(**root):
    document = pikepdf.new()
    document.add_blank_page()
    for key, value in root.items():
        document.Root[f"/{key}"] = document.make_indirect(value)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def png(size=(4, 4)):
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    return out.getvalue()


def xlsx():
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def office(**more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


JS = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")


@pytest.mark.parametrize(
    ("name", "content", "label"),
    [("章程.pdf", pdf(), "PDF"), ("窗口.png", png(), "PNG 图片"), ("项目清单.xlsx", xlsx(), "Excel 表格")],
)
def test_an_honest_file_is_known_by_its_content(name, content, label):
    assert check_upload(name, content).label == label


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("空.pdf", b"", "file_empty"),
        ("大.pdf", b"%PDF-" + b"0" * MAX_BYTES, "file_too_large"),
        ("程序.pdf", b"MZ\x90\x00" + b"\0" * 200, "file_damaged"),
        ("网页.pdf", b"<html><script>alert(1)</script></html>", "file_damaged"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "file_kind"),
        ("页.html", b"<html></html>", "file_kind"),
        ("无后缀", pdf(), "file_kind"),
        ("脚本.pdf", pdf(OpenAction=JS), "file_active"),
        ("双面.pdf", pdf() + zipped(a="x"), "file_damaged"),
        ("半截.pdf", pdf()[:60], "file_damaged"),
        ("双面.png", png() + zipped(a="x"), "file_damaged"),
        ("假.png", pdf(), "file_damaged"),
        ("巨图.png", png((30_000, 3_000)), "file_bomb"),
        ("炸弹.xlsx", office(**{"xl/a.xml": b"0" * (30 * 1024 * 1024)}), "file_bomb"),
        ("宏.xlsx", office(**{"xl/vbaProject.bin": b"x"}), "file_active"),
        ("压缩包.docx", zipped(a="x"), "file_damaged"),
        ("../../etc/passwd.pdf", pdf(), "file_name"),
        ("长" * 300 + ".pdf", pdf(), "file_name"),
        ("反\u202efdp.exe.pdf", pdf(), "file_name"),
        ("零\0.pdf", pdf(), "file_name"),
    ],
    ids=lambda value: value[:16] if isinstance(value, str) else "",
)
def test_a_bad_file_is_refused_with_its_code(name, content, code):
    with pytest.raises(Refused) as refusal:
        check_upload(name, content)
    assert refusal.value.code == code
    assert refusal.value.message.endswith("。")


def test_a_form_that_takes_pictures_refuses_a_pdf():
    with pytest.raises(Refused) as refusal:
        check_upload("a.pdf", pdf(), IMAGES)
    assert refusal.value.code == "file_kind"


@pytest.mark.django_db
def test_a_stored_file_is_served_as_an_attachment_that_cannot_run(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    user = User.objects.create_user("lin@example.cn")
    stored = store_upload(SimpleUploadedFile("章程.pdf", pdf()), actor=user, at=timezone.now())

    response = file_response(stored)

    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert b"".join(response.streaming_content) == pdf_bytes(stored)
    response.close()


def pdf_bytes(stored):
    with stored.file.open("rb") as file:
        return file.read()


@pytest.mark.django_db
def test_nothing_is_kept_of_a_refused_file(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(Refused):
        store_upload(SimpleUploadedFile("a.pdf", b"MZ"), actor=None, at=timezone.now())
    assert not StoredFile.objects.exists()
    assert not list(tmp_path.iterdir())
