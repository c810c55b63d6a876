from django.urls import path

from evaluation.views import intake as views

urlpatterns = [
    path("intake/", views.IntakeList.as_view(), name="application_list"),
    path("intake/<int:pk>/", views.IntakeFile.as_view(), name="intake_detail"),
    path("intake/<int:pk>/versions/<int:number>/changes/", views.VersionChanges.as_view(), name="intake_changes"),
    path("intake/<int:pk>/materials/rest/", views.RestComplete.as_view(), name="intake_rest_complete"),
    path("intake/<int:pk>/materials/<slug:code>/", views.MaterialJudge.as_view(), name="intake_material_judge"),
    path("intake/<int:pk>/accept/", views.ApplicationAccept.as_view(), name="application_accept"),
    path("intake/<int:pk>/return/", views.ApplicationReturn.as_view(), name="application_return"),
    path("intake/<int:pk>/not-accept/", views.ApplicationNotAccept.as_view(), name="application_not_accept"),
]
