"""Addresses of service records, and of what is counted from them."""

from django.urls import path

from services.views import annex_table, figures, record, record_import, statistics

URLS = [
    path("service-records/", record.RecordList.as_view(), name="record_list"),
    path("service-records/new/", record.RecordNew.as_view(), name="record_new"),
    path("service-records/template/", record_import.RecordTemplate.as_view(), name="record_template"),
    path("service-records/import/", record_import.RecordImport.as_view(), name="record_import"),
    path(
        "service-records/import/<int:station>/<uuid:key>/",
        record_import.RecordImportCheck.as_view(),
        name="record_import_check",
    ),
    path(
        "service-records/import/<int:station>/<uuid:key>/returned/",
        record_import.RecordImportReturned.as_view(),
        name="record_import_returned",
    ),
    path("service-records/<int:pk>/", record.RecordDetail.as_view(), name="record_detail"),
    path("service-records/<int:pk>/change/", record.RecordChange.as_view(), name="record_change"),
    path("service-records/<int:pk>/withdraw/", record.RecordWithdraw.as_view(), name="record_withdraw"),
    path("stations/<int:pk>/service-records/new/", record.RecordCreate.as_view(), name="record_create"),
    path("stations/<int:pk>/figures/<int:year>/", figures.FigureList.as_view(), name="figure_list"),
    path("stations/<int:pk>/figures/<int:year>/<slug:code>/", figures.FigureDetail.as_view(), name="figure_detail"),
    path("statistics/", statistics.StatisticsPage.as_view(), name="statistics"),
    path("statistics/table/", annex_table.AnnexTable.as_view(), name="annex_table"),
]
