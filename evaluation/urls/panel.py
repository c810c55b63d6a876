from django.urls import path

from evaluation.views import panel as views
from evaluation.views import pool

# /rounds/<round>/panel/ and /rounds/<round>/progress/
round_urls = [
    path("rounds/<int:pk>/panel/", views.Board.as_view(), name="panel_board"),
    path("rounds/<int:pk>/panel/confirm/", views.Confirm.as_view(), name="panel_confirm"),
    path("rounds/<int:pk>/progress/", views.Progress.as_view(), name="panel_progress"),
    path("rounds/<int:pk>/lock/", views.Lock.as_view(), name="panel_lock"),
]

# /entries/
entry_urls = [
    path("entries/", views.EntryList.as_view(), name="entry_list"),
    path("entries/<int:pk>/", views.EntryDetail.as_view(), name="entry_detail"),
    path("sheets/<int:pk>/recuse/", views.SheetRecuse.as_view(), name="sheet_recuse"),
    path("sheets/<int:pk>/replace/", views.SheetReplace.as_view(), name="sheet_replace"),
]

# /experts/ and /institutions/
pool_urls = [
    path("experts/", pool.ExpertList.as_view(), name="expert_list"),
    path("experts/new/", pool.ExpertRegister.as_view(), name="expert_register"),
    path("experts/<int:pk>/", pool.ExpertEdit.as_view(), name="expert_edit"),
    path("institutions/", pool.InstitutionList.as_view(), name="institution_list"),
    path("institutions/new/", pool.InstitutionRegister.as_view(), name="institution_register"),
    path("institutions/progress/", pool.InstitutionProgress.as_view(), name="institution_progress"),
    path("institutions/<int:pk>/", pool.InstitutionDetail.as_view(), name="institution_detail"),
    path("institutions/<int:pk>/edit/", pool.InstitutionEdit.as_view(), name="institution_edit"),
    path("institutions/<int:pk>/mandate/", pool.MandateRecord.as_view(), name="mandate_record"),
    path("mandates/<int:pk>/document/", pool.MandateDocument.as_view(), name="mandate_document"),
]

urlpatterns = [*round_urls, *entry_urls, *pool_urls]
