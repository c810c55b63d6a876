from django.urls import path

from evaluation.views import visits as views

# /visits/
urlpatterns = [
    path("visits/", views.VisitList.as_view(), name="visit_list"),
    path("visits/mine/", views.MyVisitList.as_view(), name="my_visit_list"),
    path("visits/<int:pk>/", views.VisitDetail.as_view(), name="visit_detail"),
    path("visits/<int:pk>/findings/<str:code>/", views.VisitFindingRecord.as_view(), name="visit_finding"),
    path("visits/<int:pk>/finish/", views.VisitFinish.as_view(), name="visit_finish"),
    path("visits/<int:pk>/cancel/", views.VisitCancel.as_view(), name="visit_cancel"),
    path("visits/<int:pk>/files/<uuid:key>/", views.VisitFile.as_view(), name="visit_file"),
    path("entries/<int:pk>/visit/", views.VisitPlan.as_view(), name="visit_plan"),
]
