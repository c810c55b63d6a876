from django.urls import path

from supervision import views

app_name = "supervision"

# /self-assessments/
urlpatterns = [
    path("", views.SelfAssessmentList.as_view(), name="self_assessment_list"),
    path("<int:pk>/", views.SelfAssessmentPage.as_view(), name="self_assessment_detail"),
    path("<int:pk>/write/", views.SelfAssessmentWrite.as_view(), name="self_assessment_write"),
    path("<int:pk>/report/", views.SelfAssessmentReport.as_view(), name="self_assessment_report"),
    path("<int:pk>/report/file/", views.SelfAssessmentReportFile.as_view(), name="self_assessment_report_file"),
    path("<int:pk>/file/", views.SelfAssessmentFile.as_view(), name="self_assessment_file"),
]
