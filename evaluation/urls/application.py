from django.urls import path

from evaluation.views import application as views
from evaluation.views import material

urlpatterns = [
    path("applications/", views.MyApplicationList.as_view(), name="my_application_list"),
    path("applications/start/<int:pk>/", views.ApplicationStart.as_view(), name="application_start"),
    path("applications/<int:pk>/", views.ApplicationPage.as_view(), name="application_detail"),
    path("applications/<int:pk>/organisation/", views.OrganisationStep.as_view(), name="application_organisation"),
    path("applications/<int:pk>/conditions/", views.ConditionsStep.as_view(), name="application_conditions"),
    path("applications/<int:pk>/conditions/live/", views.ApplicationChecks.as_view(), name="application_checks"),
    path("applications/<int:pk>/abilities/", views.AbilitiesStep.as_view(), name="application_abilities"),
    path("applications/<int:pk>/materials/", material.MaterialsStep.as_view(), name="application_materials"),
    path(
        "applications/<int:pk>/materials/<slug:code>/add/",
        material.MaterialAdd.as_view(),
        name="application_material_add",
    ),
    path(
        "applications/<int:pk>/materials/<int:file>/remove/",
        material.MaterialRemove.as_view(),
        name="application_material_remove",
    ),
    path("applications/<int:pk>/projects/", material.ProjectsPage.as_view(), name="application_projects"),
    path(
        "applications/<int:pk>/projects/import/",
        material.ProjectsImport.as_view(),
        name="application_projects_import",
    ),
    path("applications/<int:pk>/projects/table/", material.ProjectsTable.as_view(), name="application_projects_table"),
    path(
        "applications/<int:pk>/papers/form/",
        material.ApplicationPaper.as_view(),
        {"paper": "form"},
        name="application_form_paper",
    ),
    path(
        "applications/<int:pk>/papers/declaration/",
        material.ApplicationPaper.as_view(),
        {"paper": "declaration"},
        name="application_declaration_paper",
    ),
    path("applications/<int:pk>/check/", views.CheckStep.as_view(), name="application_check"),
    path("applications/<int:pk>/submit/", views.ApplicationSubmit.as_view(), name="application_submit"),
    path("applications/<int:pk>/supplement/", views.ApplicationSupplement.as_view(), name="application_supplement"),
    path("applications/<int:pk>/withdraw/", views.ApplicationWithdraw.as_view(), name="application_withdraw"),
    path("applications/<int:pk>/resume/", views.ApplicationResume.as_view(), name="application_resume"),
    path("applications/<int:pk>/versions/<int:number>/", material.VersionPage.as_view(), name="application_version"),
    path(
        "applications/<int:pk>/versions/<int:number>/receipt/",
        material.ReceiptPage.as_view(),
        name="application_receipt",
    ),
    path(
        "applications/<int:pk>/versions/<int:number>/receipt/pdf/",
        material.ReceiptPaper.as_view(),
        name="application_receipt_paper",
    ),
    path("applications/<int:pk>/files/<uuid:key>/", material.ApplicationFile.as_view(), name="application_file"),
]
