from django.urls import path

from evaluation.views import notices as views

urlpatterns = [
    path("notices/", views.NoticeList.as_view(), name="notice_list"),
    path("notices/feed.xml", views.NoticeFeed.as_view(), name="notice_feed"),
    path("notices/work/", views.PublicNoticeList.as_view(), name="public_notice_list"),
    path("notices/<int:pk>/", views.NoticeDetail.as_view(), name="notice_detail"),
    path("notices/<int:pk>/notice.pdf", views.NoticePaper.as_view(), name="notice_paper"),
    path("notices/<int:pk>/content.json", views.NoticeData.as_view(), name="notice_data"),
    path("notices/<int:pk>/entries/", views.NoticeTable.as_view(), name="notice_table"),
    path("notices/<int:pk>/edit/", views.NoticeEdit.as_view(), name="notice_edit"),
    path("notices/<int:pk>/publish/", views.NoticePublish.as_view(), name="notice_publish"),
    path("notices/<int:pk>/preview.pdf", views.NoticePreview.as_view(), name="notice_preview"),
    path("notices/<int:pk>/correct/", views.NoticeCorrect.as_view(), name="notice_correct"),
]
