"""Addresses of the services."""

from django.urls import path

from services.views import catalogue

app_name = "services"
urlpatterns = [
    path("services/catalogue/", catalogue.Catalogue.as_view(), name="catalogue"),
]
