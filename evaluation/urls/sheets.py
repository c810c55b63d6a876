from django.urls import path

from evaluation.views import sheets as views

# /sheets/
urlpatterns = [
    path("sheets/", views.SheetList.as_view(), name="sheet_list"),
    path("sheets/<int:pk>/", views.SheetDetail.as_view(), name="sheet_detail"),
    path("sheets/<int:pk>/save/", views.SheetSave.as_view(), name="sheet_save"),
    path("sheets/<int:pk>/declare-clear/", views.SheetDeclareClear.as_view(), name="sheet_declare_clear"),
    path("sheets/<int:pk>/declare-conflict/", views.SheetDeclareConflict.as_view(), name="sheet_declare_conflict"),
    path("sheets/<int:pk>/submit/", views.SheetSubmit.as_view(), name="sheet_submit"),
    path("sheets/<int:pk>/reopen/", views.SheetReopen.as_view(), name="sheet_reopen"),
    path("entries/<int:pk>/files/<uuid:key>/", views.EntryFile.as_view(), name="entry_file"),
    path("entries/<int:pk>/report/", views.EntryReport.as_view(), name="entry_report"),
]
