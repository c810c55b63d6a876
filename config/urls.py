"""Every address of the portal; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("healthz/", views.healthz, name="healthz"),
    path("readyz/", views.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
