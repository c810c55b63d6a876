"""Addresses of the services."""

from django.urls import path

from services import library_urls, record_urls, training_urls
from services.views import catalogue, need, need_work, rating

app_name = "services"
NEED = "needs/work/<int:pk>/"
urlpatterns = [
    path("services/catalogue/", catalogue.Catalogue.as_view(), name="catalogue"),
    # Needs: anyone
    path("needs/", need.NeedFind.as_view(), name="need_find"),
    path("needs/new/", need.NeedCreate.as_view(), name="need_create"),
    path("needs/new/<uuid:key>/", need.NeedConfirm.as_view(), name="need_confirm"),
    path("needs/new/<uuid:key>/resend/", need.NeedCodeResend.as_view(), name="need_code_resend"),
    path("needs/<uuid:number>/", need.NeedFollow.as_view(), name="need_follow"),
    path("needs/<uuid:number>/receipt.pdf", need.NeedReceipt.as_view(), name="need_receipt"),
    path("needs/<uuid:number>/withdraw/", need.NeedWithdraw.as_view(), name="need_withdraw"),
    path("my/needs/", need.MyNeedList.as_view(), name="my_need_list"),
    # Needs: the station, and who finds one
    path("needs/work/", need_work.NeedList.as_view(), name="need_list"),
    path("needs/work/new/", need_work.NeedEnter.as_view(), name="need_enter"),
    path(NEED, need_work.NeedDetail.as_view(), name="need_detail"),
    path(f"{NEED}assign/", need_work.NeedAssign.as_view(), name="need_assign"),
    path(f"{NEED}assess/", need_work.NeedAssess.as_view(), name="need_assess"),
    path(f"{NEED}decline/", need_work.NeedDecline.as_view(), name="need_decline"),
    path(f"{NEED}end/", need_work.NeedEnd.as_view(), name="need_end"),
    # Ratings
    path("ratings/", rating.RatingList.as_view(), name="rating_list"),
    path("ratings/<int:pk>/", rating.RatingDetail.as_view(), name="rating_detail"),
    path("ratings/<int:pk>/improve/", rating.RatingImprove.as_view(), name="rating_improve"),
    path("ratings/thanks/", rating.RatingThanks.as_view(), name="rating_thanks"),
    path("rate/<str:token>/", rating.RatingGive.as_view(), name="rating_give"),
    path("service-records/<int:pk>/invite-rating/", rating.RatingInvite.as_view(), name="rating_invite"),
    path("satisfaction/", rating.SatisfactionList.as_view(), name="satisfaction_list"),
    path("satisfaction/<int:pk>/", rating.SatisfactionPage.as_view(), name="satisfaction"),
    *library_urls.URLS,
    *record_urls.URLS,
    *training_urls.URLS,
]
