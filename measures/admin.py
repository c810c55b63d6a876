"""The statutory calendar in the administration: its versions to read, and a page to take in a year's schedule."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from measures import actions, queries
from measures.forms import ScheduleForm
from measures.models import CalendarVersion
from measures.schedules import differences


@admin.register(CalendarVersion)
class CalendarVersionAdmin(admin.ModelAdmin):
    """Versions are read here, never edited: an amendment is imported as a new version."""

    list_display = ["number", "year", "source", "imported_by", "imported_at"]
    list_filter = ["year"]
    search_fields = ["source", "imported_by"]
    fields = ["number", "year", "source", "paper_links", "imported_by", "imported_at", "digest", "day_table"]
    readonly_fields = ["paper_links", "day_table"]

    @admin.display(description="通知原文")
    def paper_links(self, version: CalendarVersion) -> str:
        rows = [(paper, paper) for paper in version.papers]
        return format_html_join(" ", '<a href="{}" rel="noreferrer">{}</a>', rows) or "—"

    @admin.display(description="放假和调休日")
    def day_table(self, version: CalendarVersion) -> str:
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (date_format(day.date, "Y年n月j日 D"), day.name, "调休上班" if day.is_workday else "放假")
                for day in version.days.all()
            ),
        )
        head = mark_safe('<tr><th scope="col">日期</th><th scope="col">节日</th><th scope="col">安排</th></tr>')
        return format_html("<table><thead>{}</thead><tbody>{}</tbody></table>", head, rows)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        # Not behind `admin_view`: evaluation managers import schedules too, and are not let into the administration.
        view = login_required(self.import_view)
        return [path("import/", view, name="measures_calendarversion_import"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        facts = {
            "may_import": request.user.has_perm("measures.import_calendar"),
            "missing_years": queries.missing_years(timezone.localdate()),
        }
        return super().changelist_view(request, facts | (extra_context or {}))

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Show what a schedule would change; written only when the shown text is confirmed."""
        if not request.user.has_perm("measures.import_calendar"):
            raise PermissionDenied
        form = ScheduleForm(request.POST or None, request.FILES or None)
        changed, seen = None, ""
        if request.method == "POST" and form.is_valid():
            # Names what is shown: the schedule, and the calendar against which its changes were found.
            seen = form.schedule.digest(queries.current_calendar().version)
            if "confirm" in request.POST and request.POST.get("seen") == seen:
                version = actions.import_calendar(form.schedule, imported_by=str(request.user))
                messages.success(request, f"{version.year}年的放假安排现为 v{version.number}。已公布的公示期不受影响。")
                may_list = self.admin_site.has_permission(request)
                return redirect(f"admin:measures_calendarversion_{'changelist' if may_list else 'import'}")
            if "confirm" in request.POST:
                messages.warning(request, "检查之后内容或现有安排有了变动，请再看一遍下面的变化，然后确认。")
            changed = differences(queries.schedule_of(form.schedule.year), form.schedule)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "导入年度放假安排",
            "form": form,
            "schedule": form.schedule if changed is not None else None,
            "changed": changed,
            "seen": seen,
        }
        return TemplateResponse(request, "admin/measures/calendarversion/import.html", context)
