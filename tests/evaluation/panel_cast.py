"""What the tests of panel, sheets and visits share: whole marks for a sheet, and the pictures they upload."""

import io
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from evaluation.actions.sheets import save_scores, submit_sheet
from tests.factories import make_sheet


def full_marks(sheet, **other):
    """{code: (points, reason)} with the maximum everywhere; `other` maps a code with _ for . to what is given instead:
    `_1_1_1="2.5"` takes half a point off 1.1.1, with a reason."""
    marks = {row.code: (row.max_points, "") for row in sheet.entry.round.indicators.all()}
    for key, points in other.items():
        marks[key.strip("_").replace("_", ".")] = (Decimal(points), "材料不足")
    return marks


def submitted_sheet(entry, expert=None, **other):
    sheet = make_sheet(entry, expert, state="open")
    save_scores(sheet, actor=sheet.expert.user, scores=full_marks(sheet, **other))
    submit_sheet(sheet, actor=sheet.expert.user)
    return sheet


def picture(name="photo.jpg"):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")
