"""Files as somebody picks them in a browser: what `set_input_files` takes. Each is a real one of its kind."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from PIL import Image

from evaluation.project_table import HEADS
from tests.evaluation.dossiers import pdf_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Pick = dict[str, Any]  # name, mimeType, buffer


def paper(name: str) -> Pick:
    """A PDF; two of different names differ."""
    return {"name": name, "mimeType": "application/pdf", "buffer": pdf_bytes(name)}


def photograph(name: str, colour: str = "steelblue") -> Pick:
    """A picture as a phone takes it, small; two of different colours differ."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def project_table(name: str, rows: Iterable[Sequence[Any]]) -> Pick:
    """A list of projects as an applicant's own spreadsheet: the heads of the template, then `rows`."""
    book = Workbook()
    book.active.append(HEADS)
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return {"name": name, "mimeType": XLSX, "buffer": out.getvalue()}
