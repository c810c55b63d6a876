"""The bases of our pages: Page, ListPage, DetailPage, ActPage, and nothing deeper.

A list is declared, not written:

    class ApplicationList(ListPage):
        title = "评价申报"
        roles = {Role.INTAKE, Role.MANAGER}
        template_name = "evaluation/application_list.html"
        query = staticmethod(queries.applications_visible_to)
        filterset_class = ApplicationFilter
        search_fields = ("number", "station__name")
        sorts = {"due": ("due_at",), "name": ("station__name",)}
        sort = "due"
        columns = (Column("编号", "number"), Column("服务站", "station.name"))

and an act calls one action:

    class ApplicationReturn(ActPage):
        title = "退回补正"
        query = staticmethod(queries.applications_visible_to)
        permission = "evaluation.return_application"
        form_class = ReturnForm
        success = "已退回补正，并已通知申报单位。"

        def act(self, **data):
            actions.return_application(self.object, actor=self.request.user, **data)
"""

import logging
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from accounts.answers import wants_json
from accounts.exports import Column, export
from accounts.once import answered, first_time, key_of, remember
from ledger.errors import Refused

MOVED_ON = {"wrong_state", "stale"}
log = logging.getLogger(__name__)
NOT_YOURS = "您的账号没有办理这项业务的权限。如需办理，请联系本单位的管理员。"


class Page(View):
    """One page. Who is not signed in goes to the sign-in page and comes back; without one of `roles` it is a 403."""

    title: ClassVar[str] = ""
    template_name: ClassVar[str] = ""
    public: ClassVar[bool] = False
    roles: ClassVar[Collection[str]] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.public:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if self.roles and not request.user.roles & set(self.roles):
                raise PermissionDenied(NOT_YOURS)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show()

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        return render(self.request, self.template_name, {**self.context(), **extra}, status=status)

    def context(self) -> dict[str, Any]:
        """What the template sees. Subclasses add to it: `{**super().context(), "rounds": ...}`."""
        return {"title": self.get_title(), "page": self}

    def get_title(self) -> str:
        return self.title


class ListPage(Page):
    """A list of what the user may see: search, filters, sort, twenty a page, export of what is filtered.

    `query(user)` is the one door to the rows. `as_lines(rows)` adds what only their lines show: it is asked of the rows of a
    page and of an export, and not when they are counted. `sorts` maps a key of the address to fields; any other key is a 400.
    """

    query: ClassVar[Callable[[Any], QuerySet]]
    as_lines: ClassVar[Callable[[Any], Any] | None] = None
    filterset_class: ClassVar[Any] = None
    search_fields: ClassVar[Sequence[str]] = ()
    search: ClassVar[str] = ""  # placeholder of the search box: what can be searched
    sorts: ClassVar[Mapping[str, Sequence[str]]] = {}
    sort: ClassVar[str] = ""
    columns: ClassVar[Sequence[Column]] = ()
    per_page: ClassVar[int] = 20
    paginator_class: ClassVar[type[Paginator]] = Paginator

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kind := request.GET.get("export"):
            if not self.columns:
                raise BadRequest("this list has no export")
            lines = self.to_lines(self.filtered())
            rows = lines.iterator(chunk_size=500) if hasattr(lines, "iterator") else lines
            return export(kind, self.columns, rows, title=self.get_title())
        return self.show()

    def rows(self) -> QuerySet:
        """Every row that the user may see, before search and filters."""
        return type(self).query(self.request.user)

    def to_lines(self, rows: Any) -> Any:
        return type(self).as_lines(rows) if type(self).as_lines else rows

    def filtered(self) -> QuerySet:
        rows = self.rows()
        if self.filterset_class is not None:
            self.filterset = self.filterset_class(self.request.GET, queryset=rows, request=self.request)
            rows = self.filterset.qs if self.filterset.is_valid() else rows.none()
        return self.sorted(self.searched(rows))

    def searched(self, rows: QuerySet) -> QuerySet:
        return rows_with_words(rows, self.request.GET.get("q", ""), self.search_fields)

    def sorted(self, rows: QuerySet) -> QuerySet:
        key = self.sort_key()
        if not key:
            return rows
        sign, fields = ("-" if key.startswith("-") else ""), self.sorts[key.removeprefix("-")]
        return rows.order_by(*[turned(field) if sign else field for field in fields], "pk")

    def sort_key(self) -> str:
        key = self.request.GET.get("sort") or self.sort
        if key and key.removeprefix("-") not in self.sorts:
            raise BadRequest(f"unknown sort key {key!r}")
        return key

    def context(self) -> dict[str, Any]:
        paginator = self.paginator_class(self.filtered(), self.per_page)
        page = paginator.get_page(self.request.GET.get("page"))
        return {
            **super().context(),
            "page_obj": page,
            "rows": self.to_lines(page.object_list),
            "total": paginator.count,
            "filter": getattr(self, "filterset", None),
            "sort": self.sort_key(),
            "narrowed": bool(set(self.request.GET) - {"sort", "page"}),
        }


def rows_with_words(rows: QuerySet, typed: str, fields: Sequence[str]) -> QuerySet:
    """Rows in which each word of `typed` (the first five) occurs in one of the fields."""
    for word in typed.replace("\x00", "").split()[:5]:
        found = Q()
        for field in fields:
            found |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(found)
    return rows


class SlicePaginator(Paginator):
    """For long lists that are in the order of an index: the page is cut from the index alone, and only its own rows are
    joined to what is shown of them. A plain page joins all rows before it as well. Two queries: as one, PostgreSQL took
    three seconds while it had no statistics yet of ten thousand new rows."""

    def page(self, number: Any) -> Any:
        page = super().page(number)
        numbers = page.object_list.select_related(None).defer(None).values_list("pk", flat=True)
        page.object_list = self.object_list.filter(pk__in=list(numbers))
        return page


def turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


class DetailPage(Page):
    """One object. Whoever may not see it, or lacks `permission` on it, is told that it does not exist."""

    query: ClassVar[Callable[[Any], QuerySet]]
    lookup: ClassVar[str] = "pk"
    permission: ClassVar[str] = ""
    object: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.public or request.user.is_authenticated:
            self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get_object(self) -> Model:
        found = get_object_or_404(type(self).query(self.request.user), **{self.lookup: self.kwargs[self.lookup]})
        if self.permission and not self.request.user.has_perm(self.permission, found):
            return get_object_or_404(type(found)._default_manager.none())
        return found

    def context(self) -> dict[str, Any]:
        return {**super().context(), "object": self.object}


class ActPage(DetailPage):
    """A form that does one thing to one object, by one action with `actor=request.user`.

    GET shows the form, or asks for confirmation where there is nothing to fill in. POST calls `act(**cleaned_data)`; a
    Refused goes to its field or to the top of the form, with everything that was typed still there (409 when the
    state has moved on, 422 otherwise). A form posted twice acts once: the second answer is that of the first.
    """

    template_name = "pages/act.html"
    form_class: ClassVar[type[forms.BaseForm] | None] = None
    success: ClassVar[str] = "已保存。"
    question: ClassVar[str] = ""
    button: ClassVar[str] = ""
    danger: ClassVar[bool] = False

    def act(self, **data: Any) -> Any:
        """Call the action. What it returns is kept as `self.result` for `get_success_url`."""
        raise NotImplementedError

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def get_form(self) -> forms.BaseForm:
        bound = {"data": self.request.POST, "files": self.request.FILES} if self.request.method == "POST" else {}
        return (self.form_class or forms.Form)(**bound, **self.form_kwargs())

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show(form=self.get_form())

    def context(self) -> dict[str, Any]:
        return {**super().context(), "once": str(uuid.uuid4())}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        key = key_of(request)
        try:
            with transaction.atomic():
                if not first_time(key, request):
                    return self.go_to(answered(key, request) or request.path)
                self.result = self.act(**form.cleaned_data)
                target = self.get_success_url()
                remember(key, target)
        except Refused as refusal:
            log.info("refused: %s %s %s by user %s", request.method, request.path, refusal.code, request.user.pk)
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return self.refuse(form, 409 if refusal.code in MOVED_ON else 422, refusal.code)
        if wants_json(request):
            return JsonResponse({"message": self.success, "version": getattr(self.result, "version", None)})
        messages.success(request, self.success)
        return self.go_to(target)

    def go_to(self, url: str) -> HttpResponse:
        if not self.request.htmx:
            return redirect(url)
        # A browser that is sent to another place of the page that it shows would only scroll there
        shown = urlsplit(self.request.htmx.current_url_abs_path or "")
        there = urlsplit(url)
        same = (shown.path, shown.query) == (there.path, there.query)
        return HttpResponseClientRefresh() if same else HttpResponseClientRedirect(url)

    def refuse(self, form: forms.BaseForm, status: int, code: str = "invalid") -> HttpResponse:
        """The form again, as it was filled in, and what is wrong with it."""
        if wants_json(self.request):
            said = [message for errors in form.errors.values() for message in errors]
            answer = {"code": code, "message": " ".join(said), "errors": form.errors.get_json_data()}
            return JsonResponse(answer, status=status, json_dumps_params={"ensure_ascii": False})
        return self.show(status=status, form=form, refused=code)
