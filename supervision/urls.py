from django.urls import path

from supervision.views import self_assessment

app_name = "supervision"

urlpatterns = [
    path("self-assessments/", self_assessment.SelfAssessmentList.as_view(), name="self_assessment_list"),
    path("self-assessments/<int:pk>/", self_assessment.SelfAssessmentPage.as_view(), name="self_assessment_detail"),
    path(
        "self-assessments/<int:pk>/write/", self_assessment.SelfAssessmentWrite.as_view(), name="self_assessment_write"
    ),
    path(
        "self-assessments/<int:pk>/report/",
        self_assessment.SelfAssessmentReport.as_view(),
        name="self_assessment_report",
    ),
    path(
        "<int:pk>/report/file/", self_assessment.SelfAssessmentReportFile.as_view(), name="self_assessment_report_file"
    ),
    path("self-assessments/<int:pk>/file/", self_assessment.SelfAssessmentFile.as_view(), name="self_assessment_file"),
]
