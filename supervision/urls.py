from django.urls import path

from supervision.views import self_assessment, year_plan
from supervision.views import self_assessment_review as review
from supervision.views import self_assessment_write as write

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
        "self-assessments/<int:pk>/parts/<slug:part>/",
        write.SelfAssessmentWrite.as_view(),
        name="self_assessment_write",
    ),
    path(
        "self-assessments/<int:pk>/items/<str:code>/files/",
        write.EvidenceAdd.as_view(),
        name="self_assessment_proof_add",
    ),
    path(
        "self-assessments/<int:pk>/evidence/<int:file>/remove/",
        write.EvidenceRemove.as_view(),
        name="self_assessment_proof_remove",
    ),
    path(
        "self-assessments/<int:pk>/files/<uuid:key>/",
        self_assessment.SelfAssessmentFile.as_view(),
        name="self_assessment_proof",
    ),
    path("self-assessments/<int:pk>/report/", write.SelfAssessmentReport.as_view(), name="self_assessment_report"),
    path(
        "self-assessments/<int:pk>/report/file/",
        self_assessment.SelfAssessmentReportFile.as_view(),
        name="self_assessment_report_file",
    ),
    path("self-assessments/<int:pk>/file/", write.SelfAssessmentFiling.as_view(), name="self_assessment_file"),
    path(
        "self-assessments/<int:pk>/versions/<int:number>/paper/",
        self_assessment.SelfAssessmentPaper.as_view(),
        name="self_assessment_paper",
    ),
    path("self-assessments/<int:pk>/review/", review.SelfAssessmentReview.as_view(), name="self_assessment_review"),
    path("self-assessments/<int:pk>/return/", review.SelfAssessmentReturn.as_view(), name="self_assessment_return"),
]
