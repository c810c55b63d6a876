from django.urls import path

from supervision.views import (
    classification,
    complaint,
    complaint_statement,
    improvement,
    inspection,
    inspection_plan,
    self_assessment,
    year_plan,
)
from supervision.views import self_assessment_review as review
from supervision.views import self_assessment_write as write

app_name = "supervision"
WORK = "complaints/work/<int:pk>/"
ASKED = "complaint-statements/<int:pk>/"

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
    path(
        "self-assessments/<int:pk>/improve/",
        improvement.SelfAssessmentImprove.as_view(),
        name="self_assessment_improve",
    ),
    path("inspection-plans/", inspection_plan.InspectionPlanList.as_view(), name="inspection_plan_list"),
    path("inspection-plans/new/", inspection_plan.InspectionPlanCreate.as_view(), name="inspection_plan_create"),
    path("inspection-plans/<int:pk>/", inspection_plan.InspectionPlanDetail.as_view(), name="inspection_plan_detail"),
    path("inspection-plans/<int:pk>/edit/", inspection_plan.InspectionPlanEdit.as_view(), name="inspection_plan_edit"),
    path("inspection-plans/<int:pk>/draw/", inspection_plan.InspectionPlanDraw.as_view(), name="inspection_plan_draw"),
    path(
        "inspection-plans/<int:pk>/draw/file/",
        inspection_plan.InspectionPlanDrawFile.as_view(),
        name="inspection_plan_draw_file",
    ),
    path("inspection-plans/<int:pk>/drop/", inspection_plan.InspectionPlanDrop.as_view(), name="inspection_plan_drop"),
    path(
        "inspection-plans/<int:pk>/close/", inspection_plan.InspectionPlanClose.as_view(), name="inspection_plan_close"
    ),
    path("inspections/", inspection.InspectionList.as_view(), name="inspection_list"),
    path("inspections/<int:pk>/", inspection.InspectionDetail.as_view(), name="inspection_detail"),
    path(
        "inspections/<int:pk>/substitute/",
        inspection.InspectionSubstitute.as_view(),
        name="inspection_substitute",
    ),
    path("inspections/<int:pk>/begin/", inspection.InspectionBegin.as_view(), name="inspection_begin"),
    path(
        "inspections/<int:pk>/findings/<str:code>/",
        inspection.InspectionFindingSave.as_view(),
        name="inspection_finding",
    ),
    path("inspections/<int:pk>/record/", inspection.InspectionRecord.as_view(), name="inspection_record"),
    path("inspections/<int:pk>/improve/", inspection.InspectionImprove.as_view(), name="inspection_improve"),
    path("inspections/<int:pk>/close/", inspection.InspectionClose.as_view(), name="inspection_close"),
    path("inspections/<int:pk>/cancel/", inspection.InspectionCancel.as_view(), name="inspection_cancel"),
    path("inspections/<int:pk>/files/<uuid:key>/", inspection.InspectionFile.as_view(), name="inspection_file"),
    path(
        "inspections/<int:pk>/files/<uuid:key>/remove/",
        inspection.InspectionPhotoRemove.as_view(),
        name="inspection_photo_remove",
    ),
    path("improvements/", improvement.ImprovementList.as_view(), name="improvement_list"),
    path("improvements/<int:pk>/", improvement.ImprovementDetail.as_view(), name="improvement_detail"),
    path("improvements/stations/<int:pk>/new/", improvement.StationImprove.as_view(), name="improvement_create"),
    path("improvements/items/", improvement.ItemList.as_view(), name="improvement_item_list"),
    path("improvements/items/<int:pk>/submit/", improvement.ItemSubmit.as_view(), name="improvement_item_submit"),
    path("improvements/items/<int:pk>/accept/", improvement.ItemAccept.as_view(), name="improvement_item_accept"),
    path("improvements/items/<int:pk>/return/", improvement.ItemReturn.as_view(), name="improvement_item_return"),
    path("improvements/items/<int:pk>/extend/", improvement.ItemExtend.as_view(), name="improvement_item_extend"),
    path("improvements/items/<int:pk>/withdraw/", improvement.ItemWithdraw.as_view(), name="improvement_item_withdraw"),
    path("improvements/items/<int:pk>/files/<uuid:key>/", improvement.ItemFile.as_view(), name="improvement_item_file"),
    path("classifications/", classification.ClassifiedList.as_view(), name="classification_list"),
    path("classifications/<int:pk>/", classification.ClassifiedStation.as_view(), name="classification_detail"),
    path("classifications/<int:pk>/set/", classification.StationClassify.as_view(), name="classification_set"),
    path("classes/", classification.ClassList.as_view(), name="class_list"),
    path("classes/new/", classification.ClassCreate.as_view(), name="class_create"),
    path("classes/<int:pk>/edit/", classification.ClassEdit.as_view(), name="class_edit"),
    # Complaints: everybody
    path("complaints/", complaint.ComplaintFind.as_view(), name="complaint_find"),
    path("complaints/new/", complaint.ComplaintCreate.as_view(), name="complaint_create"),
    path("complaints/<uuid:number>/", complaint.ComplaintFollow.as_view(), name="complaint_follow"),
    path("complaints/<uuid:number>/receipt.pdf", complaint.ComplaintReceipt.as_view(), name="complaint_receipt"),
    path("complaints/<uuid:number>/withdraw/", complaint.ComplaintWithdraw.as_view(), name="complaint_withdraw"),
    # Complaints: the bureau and the district
    path("complaints/work/", complaint.ComplaintList.as_view(), name="complaint_list"),
    path(WORK, complaint.ComplaintDetail.as_view(), name="complaint_detail"),
    path(f"{WORK}files/<int:file>/", complaint.ComplaintFile.as_view(), name="complaint_file"),
    path(f"{WORK}accept/", complaint.ComplaintAccept.as_view(), name="complaint_accept"),
    path(f"{WORK}not-accept/", complaint.ComplaintNotAccept.as_view(), name="complaint_not_accept"),
    path(f"{WORK}investigate/", complaint.ComplaintInvestigate.as_view(), name="complaint_investigate"),
    path(f"{WORK}ask/", complaint.ComplaintAsk.as_view(), name="complaint_ask"),
    path(f"{WORK}conclude/", complaint.ComplaintConclude.as_view(), name="complaint_conclude"),
    path(f"{WORK}answer/", complaint.ComplaintAnswer.as_view(), name="complaint_answer"),
    path(f"{WORK}improve/", improvement.ComplaintImprove.as_view(), name="complaint_improve"),
    path(f"{WORK}complainant/", complaint.ComplaintReveal.as_view(), name="complaint_reveal"),
    # Complaints: the station that is asked
    path("complaint-statements/", complaint_statement.StatementList.as_view(), name="complaint_statement_list"),
    path(ASKED, complaint_statement.StatementDetail.as_view(), name="complaint_statement_detail"),
    path(f"{ASKED}give/", complaint_statement.StatementGive.as_view(), name="complaint_statement_give"),
    path(f"{ASKED}files/<int:file>/", complaint_statement.StatementFile.as_view(), name="complaint_statement_file"),
]
