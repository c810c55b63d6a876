"""Every address of the portal; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

from config import health, views

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler429 = "config.errors.too_many_requests"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("", views.front, name="front"),
    path("guide/", views.guide, name="guide"),
    path("home/", views.home, name="home"),
    path("account/", views.account, name="account"),
    path("design/", views.design_page, name="design"),
    path("sitemap/", views.sitemap, name="sitemap"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("large-type/", views.large_type, name="large_type"),
    path("self-assessments/", include("supervision.urls")),
    path("", include("evaluation.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
