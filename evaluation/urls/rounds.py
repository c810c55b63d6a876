from django.urls import path

from evaluation.views import rounds as views

urlpatterns = [
    path("rounds/", views.RoundList.as_view(), name="round_list"),
    path("rounds/new/", views.RoundCreate.as_view(), name="round_create"),
    path("rounds/<int:pk>/", views.RoundDetail.as_view(), name="round_detail"),
    path("rounds/<int:pk>/edit/", views.RoundEdit.as_view(), name="round_edit"),
    path("rounds/<int:pk>/preview.pdf", views.RoundPreview.as_view(), name="round_preview"),
    path("rounds/<int:pk>/publish/", views.RoundPublish.as_view(), name="round_publish"),
    path("rounds/<int:pk>/open/", views.RoundOpen.as_view(), name="round_open"),
    path("rounds/<int:pk>/close-intake/", views.RoundCloseIntake.as_view(), name="round_close_intake"),
    path("rounds/<int:pk>/begin-review/", views.RoundBeginReview.as_view(), name="round_begin_review"),
    path("rounds/<int:pk>/cancel/", views.RoundCancel.as_view(), name="round_cancel"),
    path("rounds/<int:pk>/result-notice/", views.RoundDraftNotice.as_view(), name="round_draft_notice"),
]
