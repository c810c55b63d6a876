"""Addresses of the interface, /api/v1/."""

from django.urls import path

from integration.api import service_records

app_name = "api"
urlpatterns = [
    path("service-records/", service_records.ServiceRecords.as_view(), name="service_record_list"),
    path("service-records/batch/", service_records.ServiceRecordBatch.as_view(), name="service_record_batch"),
]
