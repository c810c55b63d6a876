from django.urls import path

from evaluation.views import award as views

urlpatterns = [
    path("rounds/<int:pk>/conclusion/", views.ConclusionPropose.as_view(), name="conclusion_propose"),
    path("rounds/<int:pk>/conclusion/ties/<slug:boundary>/", views.ConclusionTie.as_view(), name="conclusion_tie"),
    path("conclusions/", views.ConclusionList.as_view(), name="conclusion_list"),
    path("conclusions/<int:pk>/", views.ConclusionDetail.as_view(), name="conclusion_detail"),
    path("conclusions/<int:pk>/approve/", views.ConclusionApprove.as_view(), name="conclusion_approve"),
    path("conclusions/<int:pk>/reject/", views.ConclusionReject.as_view(), name="conclusion_reject"),
]
