from django.urls import path

from evaluation.views import ranking as views

urlpatterns = [
    path("rounds/<int:pk>/ranking/", views.RankingPage.as_view(), name="ranking_detail"),
    path("rounds/<int:pk>/ranking/compute/", views.RankingCompute.as_view(), name="ranking_compute"),
    path("rounds/<int:pk>/ranking/confirm/", views.RankingConfirm.as_view(), name="ranking_confirm"),
    path("rounds/<int:pk>/ranking/back/", views.RankingBack.as_view(), name="ranking_back"),
    path("rounds/<int:pk>/ranking/ties/<slug:boundary>/", views.TieDecide.as_view(), name="ranking_tie"),
    path("rounds/<int:round>/ranking/<int:pk>/", views.PlacePage.as_view(), name="ranking_place"),
    path("rounds/<int:round>/ranking/<int:pk>/summary.pdf", views.PlacePaper.as_view(), name="ranking_place_paper"),
]
