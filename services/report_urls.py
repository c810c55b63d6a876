"""Addresses of media reports, typical cases and the texts of a year."""

from django.urls import path

from services.views import case, media_report, year_text

CASE = "services/cases/<int:pk>/"
REPORT = "services/media-reports/<int:pk>/"
URLS = [
    # Media reports
    path("services/media-reports/", media_report.MediaReportList.as_view(), name="media_report_list"),
    path("services/media-reports/new/", media_report.MediaReportCreate.as_view(), name="media_report_create"),
    path(REPORT, media_report.MediaReportDetail.as_view(), name="media_report_detail"),
    path(f"{REPORT}files/<int:file>/", media_report.MediaReportFile.as_view(), name="media_report_file"),
    path(f"{REPORT}confirm/", media_report.MediaReportConfirm.as_view(), name="media_report_confirm"),
    path(f"{REPORT}decline/", media_report.MediaReportDecline.as_view(), name="media_report_decline"),
    path(f"{REPORT}withdraw/", media_report.MediaReportWithdraw.as_view(), name="media_report_withdraw"),
    # Typical cases: everybody
    path("cases/", case.PublicCaseList.as_view(), name="public_case_list"),
    path("cases/<int:pk>/", case.CasePage.as_view(), name="case_page"),
    path("cases/<int:pk>/pictures/<uuid:key>/", case.CasePicture.as_view(), name="case_picture"),
    # Typical cases: the station and the bureau
    path("services/cases/", case.CaseList.as_view(), name="case_list"),
    path("services/cases/new/", case.CaseCreate.as_view(), name="case_create"),
    path(CASE, case.CaseDetail.as_view(), name="case_detail"),
    path(f"{CASE}pictures/<uuid:key>/", case.CaseWorkPicture.as_view(), name="case_work_picture"),
    path(f"{CASE}write/", case.CaseWrite.as_view(), name="case_write"),
    path(f"{CASE}submit/", case.CaseSubmit.as_view(), name="case_submit"),
    path(f"{CASE}return/", case.CaseReturn.as_view(), name="case_return"),
    path(f"{CASE}publish/", case.CasePublish.as_view(), name="case_publish"),
    path(f"{CASE}retract/", case.CaseRetract.as_view(), name="case_retract"),
    path(f"{CASE}discard/", case.CaseDiscard.as_view(), name="case_discard"),
    # What a station says of a year
    path("services/year-texts/", year_text.YearTextList.as_view(), name="year_text_list"),
    path("services/year-texts/<int:pk>/<int:year>/", year_text.YearTextWrite.as_view(), name="year_text_write"),
]
