"""Public notices: what everybody reads, as page, paper, feed and data; and what a manager does with a draft."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from accounts.cached import CachedPage
from accounts.exports import Column, export
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from evaluation.actions import notices
from evaluation.announcement import paragraphs
from evaluation.forms.notices import CorrectionForm, NoticeFilter, NoticeForm
from evaluation.queries.notices import latest_notices, notices_visible_to, published_notices, rule_in_words
from evaluation.states import NoticeKind, NoticeState
from ledger.canonical import canonical
from ledger.errors import Refused
from ledger.files import file_response
from ledger.journal import history_of
from measures.queries import current_calendar

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}
WATCHED = ("evaluation.publicnotice", "evaluation.round")
FEED_LENGTH = 30
ENTRY_COLUMNS = (
    Column("服务站", lambda entry: entry["station"]),
    Column("建设主体", lambda entry: entry["organisation"]),
    Column("统一社会信用代码", lambda entry: entry["credit_code"]),
    Column("所在区", lambda entry: entry["district"]),
    Column("组别", lambda entry: entry["track_label"]),
    Column("结果", lambda entry: entry["label"]),
)
SCORE_COLUMNS = (Column("名次", lambda entry: entry["rank"]), Column("得分", lambda entry: entry["total"]))


class NoticeList(CachedPage, ListPage):
    title = "公示公告"
    template_name = "evaluation/notice_list.html"
    watched = WATCHED
    query = staticmethod(published_notices)
    filterset_class = NoticeFilter
    search_fields = ("title", "serial", "document_number", "content__entries")
    search = "标题、文号、服务站或单位名称"
    sorts = {"published": ("published_at",), "title": ("title",)}
    sort = "-published"
    columns = (
        Column("编号", "serial"),
        Column("发文字号", "document_number"),
        Column("标题", "title"),
        Column("类别", "get_kind_display"),
        Column("发布时间", "published_at"),
        Column("公示截止", "closes_at"),
        Column("校验值", "sha256"),
    )


class NoticeDetail(CachedPage, DetailPage):
    """The notice, whole. It says nothing that depends on the clock but what the reader's own clock counts down."""

    template_name = "evaluation/notice_detail.html"
    watched = WATCHED
    query = staticmethod(notices_visible_to)

    def get_title(self) -> str:
        return self.object.title

    def context(self) -> dict[str, Any]:
        notice = self.object
        is_result = notice.kind == NoticeKind.RESULT and notice.state != NoticeState.DRAFT
        return {
            **super().context(),
            "paragraphs": paragraphs(notice.body),
            "entries": notice.content.get("entries", []),
            "is_result": is_result,
            "is_open": is_result and notice.state == NoticeState.PUBLISHED,
            "rule": rule_in_words(notice) if is_result else "",
            "corrections": notice.corrections.exclude(state=NoticeState.DRAFT),
            "may_manage": self.request.user.is_authenticated
            and self.request.user.has_perm("evaluation.publish_notice", notice),
            "history": history_of(notice) if self.request.user.is_authenticated else None,
        }


class NoticeFile(CachedPage, DetailPage):
    """Something that is downloaded of a published notice."""

    watched = WATCHED
    max_age = 3600
    query = staticmethod(published_notices)


class NoticeData(NoticeFile):
    """The very bytes that were hashed: `sha256sum` of the download gives the hash that the page shows."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = HttpResponse(canonical(self.object.content), content_type="application/json")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(self.object.serial)}.json"
        return response


class NoticeTable(NoticeFile):
    """The list of entries as CSV, or as Excel with ?export=xlsx."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        entries = self.object.content.get("entries", [])
        scored = bool(entries) and "total" in entries[0]
        columns = ENTRY_COLUMNS + (SCORE_COLUMNS if scored else ())
        return export(request.GET.get("export", "csv"), columns, entries, title=self.object.serial)


class NoticePaper(NoticeFile):
    """The PDF as it was set at publication."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = file_response(self.object.pdf, view=True)
        response["Cache-Control"] = "public, max-age=86400, immutable"
        return response


class NoticeFeed(CachedPage):
    """The latest notices as an Atom feed."""

    watched = WATCHED

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        feed = Atom1Feed(
            title="武汉市质量基础设施“一站式”服务站 公示公告",
            link=request.build_absolute_uri(reverse("evaluation:notice_list")),
            feed_url=request.build_absolute_uri(),
            description="评价通知、评价结果公示和授牌公告",
            language="zh-hans",
        )
        for notice in latest_notices(FEED_LENGTH):
            link = request.build_absolute_uri(notice.get_absolute_url())
            feed.add_item(
                title=notice.title,
                link=link,
                unique_id=link,
                description=notice.get_kind_display(),
                pubdate=notice.published_at,
                updateddate=notice.published_at,
                categories=[notice.get_kind_display()],
            )
        return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


# -- The bureau's own list, and a manager's drafts  ----


class PublicNoticeList(ListPage):
    """Every notice, drafts as well."""

    title = "公告管理"
    roles = READERS
    template_name = "evaluation/notice_work_list.html"
    query = staticmethod(notices_visible_to)
    filterset_class = NoticeFilter
    search_fields = NoticeList.search_fields
    search = NoticeList.search
    sorts = NoticeList.sorts
    sort = "-published"
    columns = (*NoticeList.columns, Column("状态", "get_state_display"))


class NoticeEdit(ActPage):
    title = "修改公告"
    query = staticmethod(notices_visible_to)
    permission = "evaluation.publish_notice"
    form_class = NoticeForm
    button = "保存"
    success = "已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.object, name) for name in ("title", "document_number", "body")}}

    def act(self, **data: Any) -> None:
        notices.update_notice(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("evaluation:notice_publish", args=[self.object.pk])


class NoticePublish(ActPage):
    """What publishing would do, entry by entry, with the window that would be counted now; then it is confirmed."""

    title = "发布公告"
    query = staticmethod(notices_visible_to)
    permission = "evaluation.publish_notice"
    template_name = "evaluation/notice_publish.html"
    success = "已发布。"

    def context(self) -> dict[str, Any]:
        notice, window, problem = self.object, None, ""
        if notice.kind == NoticeKind.RESULT:
            try:
                window = notices.count_window(notice.round, timezone.now(), current_calendar())
            except Refused as refusal:
                problem = refusal.message
        return {
            **super().context(),
            "paragraphs": paragraphs(notice.body),
            "entries": notice.content.get("entries", []),
            "window": window,
            "problem": problem,
        }

    def act(self, **data: Any) -> None:
        notices.publish_draft(self.object, actor=self.request.user)


class NoticePreview(DetailPage):
    """The paper of a draft as it would be published now."""

    query = staticmethod(notices_visible_to)
    permission = "evaluation.publish_notice"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(notices.preview(self.object, at=timezone.now()), content_type="application/pdf")


class NoticeCorrect(ActPage):
    title = "发布更正公告"
    query = staticmethod(notices_visible_to)
    permission = "evaluation.publish_notice"
    form_class = CorrectionForm
    button = "起草更正公告"
    question = "已发布的公告不能修改。更正公告另行编号；结果公示的更正重新计算公示期，名单中的名称按现在的登记重新取。"
    success = "更正公告已起草，请核对后发布。"

    def act(self, **data: Any) -> Any:
        return notices.draft_correction(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("evaluation:notice_publish", args=[self.result.pk])
