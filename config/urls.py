"""Every address of the portal; each app lists its own."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from accounts.views import me
from config import dates, health, journal, views
from integration.api.tokens import ClientToken

admin.site.site_header = admin.site.site_title = "系统管理"
admin.site.index_title = "字典与日历"
# Nobody gets into the administration past the second factor, through a form of its own.
admin.site.login = secure_admin_login(admin.site.login)

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler429 = "config.errors.too_many_requests"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("", views.FrontPage.as_view(), name="front"),
    path("guide/", views.guide, name="guide"),
    path("home/", views.home, name="home"),
    path("account/", me.AccountPage.as_view(), name="account"),
    path("dates/", dates.DatesPage.as_view(), name="dates"),
    path("dates/feed/", dates.FeedMake.as_view(), name="dates_feed_make"),
    path("dates/feed/end/", dates.FeedEnd.as_view(), name="dates_feed_end"),
    path("dates/feed/<str:token>.ics", dates.DatesFeed.as_view(), name="dates_feed"),
    path("journal/", journal.JournalList.as_view(), name="journal_list"),
    path("journal/<int:pk>/", journal.JournalPage.as_view(), name="journal_entry"),
    path("journal/<int:entry_id>/proof/", journal.JournalProof.as_view(), name="journal_proof"),
    path("", include("accounts.urls")),
    path("design/", views.design_page, name="design"),
    path("sitemap/", views.sitemap, name="sitemap"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("large-type/", views.large_type, name="large_type"),
    path("", include("evaluation.urls")),
    path("", include("supervision.urls")),
    path("", include("funding.urls")),
    path("", include("stations.urls")),
    path("", include("services.urls")),
    path("", include("integration.urls")),
    path("api/v1/", include("config.api_urls")),
    path("oauth/token/", ClientToken.as_view(), name="oauth_token"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
