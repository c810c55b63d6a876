from django.urls import path

from evaluation.views import objections as views

urlpatterns = [
    path("notices/<int:pk>/objections/new/", views.ObjectionFile.as_view(), name="objection_file"),
    path("objections/", views.ObjectionFind.as_view(), name="objection_find"),
    path("objections/<uuid:number>/", views.ObjectionFollow.as_view(), name="objection_follow"),
    path("objections/<uuid:number>/receipt.pdf", views.ObjectionReceipt.as_view(), name="objection_receipt"),
    path("objections/work/", views.ObjectionList.as_view(), name="objection_list"),
    path("objections/work/<int:pk>/", views.ObjectionDetail.as_view(), name="objection_detail"),
    path("objections/work/<int:pk>/evidence/<int:file>/", views.ObjectionEvidence.as_view(), name="objection_evidence"),
    path("objections/work/<int:pk>/accept/", views.ObjectionAccept.as_view(), name="objection_accept"),
    path("objections/work/<int:pk>/not-accept/", views.ObjectionNotAccept.as_view(), name="objection_not_accept"),
    path("objections/work/<int:pk>/investigate/", views.ObjectionInvestigate.as_view(), name="objection_investigate"),
    path("objections/work/<int:pk>/decide/", views.ObjectionDecide.as_view(), name="objection_decide"),
    path("objections/work/<int:pk>/answer/", views.ObjectionAnswer.as_view(), name="objection_answer"),
    path("objections/work/<int:pk>/objector/", views.ObjectionReveal.as_view(), name="objection_reveal"),
]
