"""What a file may be, told by its content and never by its name. No ORM, no storage."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

import pikepdf
from PIL import Image, UnidentifiedImageError

from ledger.errors import Refused

MAX_BYTES = 50 * 1024 * 1024
MAX_NAME = 200
MAX_PIXELS = 60_000_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 5_000

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Shown in place in our own viewer; everything else is only ever an attachment
VIEWABLE = frozenset({PDF, PNG, JPEG})


@dataclass(frozen=True)
class Kind:
    """One kind of file that a form may take: its Chinese name, its endings, its media type."""

    label: str
    endings: tuple[str, ...]
    content_type: str


KINDS = {
    "pdf": Kind("PDF", (".pdf",), PDF),
    "png": Kind("PNG 图片", (".png",), PNG),
    "jpg": Kind("JPG 图片", (".jpg", ".jpeg"), JPEG),
    "docx": Kind("Word 文档", (".docx",), DOCX),
    "xlsx": Kind("Excel 表格", (".xlsx",), XLSX),
}
IMAGES = ("png", "jpg")
DOCUMENTS = ("pdf", "png", "jpg", "docx", "xlsx")


def check_upload(name: str, content: bytes, kinds: tuple[str, ...] = DOCUMENTS) -> Kind:
    """The kind of an upload, or Refused with a sentence: `file_empty`, `file_too_large`, `file_name`, `file_kind`,
    `file_damaged`, `file_active`, `file_bomb`."""
    check_name(name)
    if not content:
        raise Refused("file_empty", f"文件「{name}」是空的（0 字节），请检查后重新上传。")
    if len(content) > MAX_BYTES:
        raise Refused(
            "file_too_large", f"文件「{name}」超过 {MAX_BYTES // 1024 // 1024} MB，请压缩或拆分成几个文件再上传。"
        )
    ending = PurePath(name).suffix.lower()
    for key in kinds:
        kind = KINDS[key]
        if ending in kind.endings:
            CHECKS[key](name, content)
            return kind
    wanted = "、".join(KINDS[key].label for key in kinds)
    raise Refused("file_kind", f"文件「{name}」的类型不能上传，请换成 {wanted}。")


def check_name(name: str) -> None:
    if len(name) > MAX_NAME:
        raise Refused("file_name", f"文件名超过 {MAX_NAME} 个字，请改短后再上传。")
    if not name.strip(". ") or any(sign in name for sign in "/\\") or not name.isprintable():
        raise Refused("file_name", "文件名里有不能使用的符号（例如 / 或控制符），请改名后再上传。")


def damaged(name: str, label: str) -> Refused:
    return Refused("file_damaged", f"文件「{name}」的内容不是有效的{label}，请用原软件打开确认后重新导出再上传。")


def check_pdf(name: str, content: bytes) -> None:
    if not content.startswith(b"%PDF-") or zipfile.is_zipfile(io.BytesIO(content)):
        raise damaged(name, " PDF")
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages = len(pdf.pages)
            active = has_active_content(pdf)
    except pikepdf.PasswordError:
        raise Refused("file_damaged", f"文件「{name}」设有密码，请去掉密码后再上传。") from None
    except pikepdf.PdfError:
        raise damaged(name, " PDF") from None
    if not pages:
        raise damaged(name, " PDF")
    if active:
        raise Refused("file_active", f"文件「{name}」里带有脚本或嵌入文件，请另存为普通 PDF（打印为 PDF）后再上传。")


ACTIVE_KEYS = ("/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/RichMedia", "/XFA")


def has_active_content(pdf: pikepdf.Pdf) -> bool:
    """Whether any object of the file carries a script, a launch action or an embedded file."""
    for obj in pdf.objects:
        if isinstance(obj, pikepdf.Dictionary | pikepdf.Stream):
            if any(key in obj for key in ACTIVE_KEYS):
                return True
            if obj.get("/S") in ("/JavaScript", "/Launch") or obj.get("/Type") == "/EmbeddedFile":
                return True
    return False


def too_many_pixels(name: str) -> Refused:
    return Refused("file_bomb", f"图片「{name}」尺寸过大，请缩小后再上传。")


def check_image(name: str, content: bytes) -> None:
    formats = {"png": ["PNG"], "jpg": ["JPEG"], "jpeg": ["JPEG"]}[PurePath(name).suffix.lower().lstrip(".")]
    try:
        with Image.open(io.BytesIO(content), formats=formats) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise too_many_pixels(name)
            image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels(name) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise damaged(name, "图片") from None
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise damaged(name, "图片")


def check_office(name: str, content: bytes, required: str, label: str) -> None:
    """An Office file is a zip: look at its directory before anything is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        raise damaged(name, label)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError):
        raise damaged(name, label) from None
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if unpacked > MAX_UNPACKED or unpacked / packed > MAX_RATIO or len(members) > MAX_MEMBERS:
        raise Refused("file_bomb", f"文件「{name}」解压后过大，不能上传，请拆分内容后重新保存。")
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names or required not in names:
        raise damaged(name, label)
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise Refused("file_active", f"文件「{name}」里带有宏，请另存为不带宏的文件后再上传。")


CHECKS: dict[str, Callable[[str, bytes], None]] = {
    "pdf": check_pdf,
    "png": check_image,
    "jpg": check_image,
    "docx": lambda name, content: check_office(name, content, "word/document.xml", " Word 文档"),
    "xlsx": lambda name, content: check_office(name, content, "xl/workbook.xml", " Excel 表格"),
}
