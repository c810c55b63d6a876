"""Addresses of the services."""

from django.urls import path

from services import library_urls, need_urls, record_urls, report_urls, training_urls
from services.views import catalogue, rating

app_name = "services"
urlpatterns = [
    path("services/catalogue/", catalogue.Catalogue.as_view(), name="catalogue"),
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
    *need_urls.URLS,
    *record_urls.URLS,
    *report_urls.URLS,
    *training_urls.URLS,
]
