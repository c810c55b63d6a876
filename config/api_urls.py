"""Addresses of the interface, /api/v1/. Public reads first, then what needs a token."""

from django.urls import path

from integration.api import (
    bookings,
    feed,
    measures,
    needs,
    notices,
    ratings,
    schema,
    seals,
    service_records,
    stations,
    statistics,
)

app_name = "api"
urlpatterns = [
    path("schema/", schema.Schema.as_view(), name="schema"),
    path("docs/", schema.Docs.as_view(), name="docs"),
    path("measures/<slug:key>/", measures.MeasureDetail.as_view(), name="measure"),
    path("rounds/", notices.RoundList.as_view(), name="round_list"),
    path("notices/", notices.NoticeList.as_view(), name="notice_list"),
    path("notices/<int:pk>/", notices.NoticeDetail.as_view(), name="notice"),
    path("stations/", stations.StationList.as_view(), name="station_list"),
    path("stations/<int:pk>/", stations.StationDetail.as_view(), name="station"),
    path("certificates/<path:number>/", stations.CertificateDetail.as_view(), name="certificate"),
    path("statistics/", statistics.Statistics.as_view(), name="statistics"),
    path("seals/", seals.SealList.as_view(), name="seal_list"),
    path("seals/<int:number>/proof/", seals.SealProof.as_view(), name="seal_proof"),
    path("feed/", feed.Feed.as_view(), name="feed"),
    path("service-records/", service_records.ServiceRecords.as_view(), name="service_record_list"),
    path("service-records/batch/", service_records.ServiceRecordBatch.as_view(), name="service_record_batch"),
    path("needs/", needs.Needs.as_view(), name="need_list"),
    path("equipment/<int:pk>/bookings/", bookings.Bookings.as_view(), name="booking_list"),
    path("ratings/", ratings.Ratings.as_view(), name="rating_list"),
]
