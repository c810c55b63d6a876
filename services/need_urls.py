"""Addresses of needs."""

from django.urls import path

from services.views import need, need_steps, need_work

NEED = "needs/work/<int:pk>/"
URLS = [
    # Anyone
    path("needs/", need.NeedFind.as_view(), name="need_find"),
    path("needs/new/", need.NeedCreate.as_view(), name="need_create"),
    path("needs/new/<uuid:key>/", need.NeedConfirm.as_view(), name="need_confirm"),
    path("needs/new/<uuid:key>/resend/", need.NeedCodeResend.as_view(), name="need_code_resend"),
    path("needs/<uuid:number>/", need.NeedFollow.as_view(), name="need_follow"),
    path("needs/<uuid:number>/receipt.pdf", need.NeedReceipt.as_view(), name="need_receipt"),
    path("needs/<uuid:number>/withdraw/", need.NeedWithdraw.as_view(), name="need_withdraw"),
    path("needs/<uuid:number>/rate/", need_steps.NeedRate.as_view(), name="need_rate"),
    path("my/needs/", need.MyNeedList.as_view(), name="my_need_list"),
    # The station, and who finds one
    path("needs/work/", need_work.NeedList.as_view(), name="need_list"),
    path("needs/work/new/", need_work.NeedEnter.as_view(), name="need_enter"),
    path(NEED, need_work.NeedDetail.as_view(), name="need_detail"),
    path(f"{NEED}assign/", need_work.NeedAssign.as_view(), name="need_assign"),
    path(f"{NEED}assess/", need_work.NeedAssess.as_view(), name="need_assess"),
    path(f"{NEED}decline/", need_work.NeedDecline.as_view(), name="need_decline"),
    path(f"{NEED}end/", need_work.NeedEnd.as_view(), name="need_end"),
    path(f"{NEED}match/", need_steps.NeedMatching.as_view(), name="need_match"),
    path("needs/work/matches/<int:pk>/accept/", need_steps.MatchAccept.as_view(), name="need_match_accept"),
    path("needs/work/matches/<int:pk>/decline/", need_steps.MatchDecline.as_view(), name="need_match_decline"),
    path(f"{NEED}plan/", need_steps.NeedPlan.as_view(), name="need_plan"),
    path(f"{NEED}contract/", need_steps.NeedContract.as_view(), name="need_contract"),
    path(f"{NEED}start/", need_steps.NeedStart.as_view(), name="need_start"),
    path(f"{NEED}progress/", need_steps.ProgressAdd.as_view(), name="need_progress"),
    path("needs/work/steps/<int:pk>/done/", need_steps.ProgressFinish.as_view(), name="need_step_done"),
    path(f"{NEED}deliver/", need_steps.NeedDeliver.as_view(), name="need_deliver"),
    path(f"{NEED}archive/", need_steps.NeedArchive.as_view(), name="need_archive"),
    path(f"{NEED}papers/<uuid:key>/", need_steps.NeedPaper.as_view(), name="need_paper"),
]
