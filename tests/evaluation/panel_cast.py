"""What the tests of panel, sheets and visits share: whole marks for a sheet, pictures to upload, rows by the hundred."""

import datetime as dt
import io
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from evaluation.actions.sheets import save_scores, submit_sheet
from evaluation.models import Application, Entry, ScoreSheet
from stations.credit_code import make_credit_code
from stations.models import Organisation, Station
from tests.evaluation.dossiers import AT, submitted
from tests.factories import make_district, make_round, make_sheet, make_user, put


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


def many_entries(evaluation, number):
    """So many entries, made in bulk: for tests that count queries."""
    district, person = make_district(), make_user()
    start = Organisation.objects.count() + 500_000
    organisations = Organisation.objects.bulk_create(
        Organisation(
            name=f"批量单位{start + n}",
            credit_code=make_credit_code(start + n),
            kind="enterprise",
            founded_on=dt.date(2015, 1, 1),
            district=district,
            address="某路",
        )
        for n in range(number)
    )
    stations = Station.objects.bulk_create(
        Station(organisation=body, name=f"{body.name}服务站", district=district, supervised_by=district, address="某路")
        for body in organisations
    )
    now = timezone.now()
    applications = Application.objects.bulk_create(
        Application(
            round=evaluation,
            organisation=station.organisation,
            station=station,
            state="entered",
            number=f"PL{station.pk}",
            created_by=person,
            created_at=now,
            submitted_at=now,
        )
        for station in stations
    )
    return Entry.objects.bulk_create(
        Entry(round=evaluation, station=application.station, track="new", application=application)
        for application in applications
    )


def many_sheets(entries, expert):
    """A gated sheet of one expert for each entry."""
    return ScoreSheet.objects.bulk_create(
        ScoreSheet(entry=entry, expert=expert, assigned_at=timezone.now()) for entry in entries
    )


def gated_application(expert=None):
    """A sheet behind the gate, of an entry with a real file; and the file's version."""
    version, _ = submitted(evaluation=make_round("open", opens_at=AT, closes_at=AT.replace(year=2030)))
    version.application.refresh_from_db()
    application = put(version.application, "entered")
    put(application.round, "reviewing")
    entry = Entry.objects.create(
        round=application.round, station=application.station, track="new", application=application
    )
    return make_sheet(entry, expert), version
