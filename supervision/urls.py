from django.urls import path

from supervision.views import self_assessment, year_plan

app_name = "supervision"

urlpatterns = [
    path("year-plans/", year_plan.YearPlanList.as_view(), name="year_plan_list"),
    path("year-plans/new/", year_plan.YearPlanCreate.as_view(), name="year_plan_create"),
    path("year-plans/<int:pk>/", year_plan.YearPlanDetail.as_view(), name="year_plan_detail"),
    path("year-plans/<int:pk>/edit/", year_plan.YearPlanEdit.as_view(), name="year_plan_edit"),
    path("year-plans/<int:pk>/adopt/", year_plan.YearPlanAdopt.as_view(), name="year_plan_adopt"),
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
        "self-assessments/<int:pk>/report/file/",
        self_assessment.SelfAssessmentReportFile.as_view(),
        name="self_assessment_report_file",
    ),
    path("self-assessments/<int:pk>/file/", self_assessment.SelfAssessmentFile.as_view(), name="self_assessment_file"),
]
