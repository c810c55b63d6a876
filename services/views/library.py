"""The pages of the four libraries: lists of one's own and of what others share, a row, its changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column, export
from accounts.pages import ActPage, DetailPage, ListPage, Page
from accounts.states import Role
from ledger.journal import history_of
from ledger.moves import may
from services.actions import library as actions
from services.forms.library import RetireForm
from services.queries.library import kind_names, own_stations, reach_of
from services.queries.library_home import counts_for, expiring_for
from services.queries.library_import import names
from services.shown import Reach, Shown
from services.views.shelves import SHELVES, Shelf
from stations.rules import memberships

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR, Role.DISTRICT}
NOT_OF_A_STATION = "资源库由服务站使用。请先登记单位和服务站。"


def reads_libraries(user: Any) -> bool:
    return bool(user.roles & READERS or memberships(user))


class OfLibraries:
    """Pages for members of stations, and for the staff that look after them. Others are told that there is nothing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not reads_libraries(request.user):
            raise Http404(NOT_OF_A_STATION)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


def tabs() -> list[dict[str, Any]]:
    """The libraries side by side."""
    found = [{"key": "home", "label": "概览", "url": reverse("services:library_home")}]
    found += [{"key": shelf.code, "label": shelf.label, "url": shelf.url("list")} for shelf in SHELVES]
    found.append({"key": "booking", "label": "设备预约", "url": reverse("services:booking_list")})
    return found


class LibraryHome(OfLibraries, Page):
    title = "资源库"
    template_name = "services/library/home.html"

    def context(self) -> dict[str, Any]:
        user = self.request.user
        found = counts_for(user)
        lines = [(shelf, shelf.url("list"), shelf.url("shared_list"), *found[shelf.model]) for shelf in SHELVES]
        return {
            **super().context(),
            "tabs": tabs(),
            "lines": lines,
            "expiring": expiring_for(user, timezone.localdate()),
            "is_member": bool(memberships(user)),
        }


class ShelfList(OfLibraries, ListPage):
    shelf: Shelf = None
    template_name = "services/library/list.html"
    sort = "-changed"
    is_shared = False

    def get_title(self) -> str:
        return f"{self.shelf.label}库"

    @property
    def search(self) -> str:  # type: ignore[override]
        return self.searching[1]

    @property
    def search_fields(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.searching[0]

    def searched(self, rows: QuerySet) -> QuerySet:
        found = super().searched(rows)
        return found.distinct() if any("__" in field for field in self.search_fields) else found

    def to_lines(self, rows: Iterable[Any]) -> Iterator[Shown]:
        for item in rows:
            yield Shown(item, self.reach(item))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kind := request.GET.get("export"):
            columns = [
                Column("服务站", "item.station.name"),
                *(Column(cell.head, cell.write or cell.key) for cell in self.shelf.table(names()).cells),
                Column("状态", "item.get_state_display"),
            ]
            kinds = kind_names()
            shown = self.to_lines(self.filtered().iterator(chunk_size=500))
            lines = (line for item in shown for line in self.shelf.lines(item, kinds))
            return export(kind, columns, lines, title=self.get_title())
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        own = own_stations(self.request.user).exists()
        views = [
            {"key": "own", "label": "本站" if own else "各站", "url": self.shelf.url("list")},
            {"key": "shared", "label": "其他站共享", "url": self.shelf.url("shared_list")},
        ]
        return {
            **super().context(),
            "shelf": self.shelf,
            "tabs": tabs(),
            "views": views if own else [],
            "is_shared": self.is_shared,
            "may_add": own and not self.is_shared,
            "add_url": self.shelf.url("create"),
            "import_url": self.shelf.url("import"),
            "template_url": self.shelf.url("template"),
            "today": timezone.localdate(),
        }


class OwnList(ShelfList):
    """What one reads in full: of one's own stations, for staff of all that they look after."""

    @property
    def filterset_class(self) -> Any:  # type: ignore[override]
        return self.shelf.filterset

    @property
    def searching(self) -> tuple[tuple[str, ...], str]:
        return self.shelf.search

    @property
    def sorts(self) -> Any:  # type: ignore[override]
        return self.shelf.sorts

    def rows(self) -> QuerySet:
        return self.shelf.query(self.request.user)

    def reach(self, item: Any) -> Reach:
        return reach_of(self.request.user, item)


class SharedList(ShelfList):
    """What other stations share, masked."""

    is_shared = True

    @property
    def filterset_class(self) -> Any:  # type: ignore[override]
        return self.shelf.shared_filterset

    @property
    def searching(self) -> tuple[tuple[str, ...], str]:
        return self.shelf.shared_search

    @property
    def sorts(self) -> Any:  # type: ignore[override]
        return self.shelf.shared_sorts

    def rows(self) -> QuerySet:
        return self.shelf.shared(self.request.user)

    def reach(self, item: Any) -> Reach:
        return Reach.SHARED


# -- One row  ----


class ItemDetail(DetailPage):
    shelf: Shelf = None
    template_name = "services/library/detail.html"

    def get_object(self) -> Any:
        return get_object_or_404(self.shelf.query(self.request.user), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        user, item = self.request.user, self.object
        return {
            **super().context(),
            "shelf": self.shelf,
            "list_url": self.shelf.url("list"),
            "shown": Shown(item, reach_of(user, item)),
            "may_write": user.has_perm("services.write_library", item),
            "may_retire": may(user, item, "retire"),
            "may_restore": may(user, item, "restore"),
            "may_book": self.shelf.code == "equipment" and user.has_perm("services.book_equipment", item),
            "change_url": self.shelf.url("change", item.pk),
            "retire_url": self.shelf.url("retire", item.pk),
            "restore_url": self.shelf.url("restore", item.pk),
            "history": history_of(item),
            "today": timezone.localdate(),
        }


class SharedDetail(DetailPage):
    """A row that another station shares, masked."""

    shelf: Shelf = None
    template_name = "services/library/detail.html"

    def get_object(self) -> Any:
        return get_object_or_404(self.shelf.shared(self.request.user), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(Shown(self.object, Reach.SHARED))

    def context(self) -> dict[str, Any]:
        item = self.object
        return {
            **super().context(),
            "shelf": self.shelf,
            "list_url": self.shelf.url("shared_list"),
            "shown": Shown(item, Reach.SHARED),
            "may_book": self.shelf.code == "equipment" and self.request.user.has_perm("services.book_equipment", item),
            "today": timezone.localdate(),
        }


class ItemAct(ActPage):
    """Something done to a row of one's own station."""

    shelf: Shelf = None
    template_name = "services/library/act.html"
    permission = "services.write_library"

    def get_object(self) -> Any:
        found = get_object_or_404(self.shelf.query(self.request.user), pk=self.kwargs["pk"])
        if not self.request.user.has_perm(self.permission, found):
            raise Http404
        return found

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "shelf": self.shelf,
            "list_url": self.shelf.url("list"),
            "back": self.object.get_absolute_url() if self.object else self.shelf.url("list"),
        }


class OwnStationAct(OfLibraries, ItemAct):
    """Something done for one of one's own stations, without a row yet."""

    def get_object(self) -> None:
        if not own_stations(self.request.user).exists():
            raise Http404(NOT_OF_A_STATION)


class ItemCreate(OwnStationAct):
    button = "登记入库"
    success = "已登记入库。"

    def get_title(self) -> str:
        return f"登记{self.shelf.label}"

    def get_form(self) -> Any:
        self.form_class = self.shelf.form  # type: ignore[misc]
        return super().get_form()

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def act(self, station: Any, **data: Any) -> Any:
        return actions.add_item(self.shelf.model, station, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class ItemChange(ItemAct):
    button = "保存"
    success = "修改已保存。"

    def get_title(self) -> str:
        return f"修改{self.shelf.label}"

    def get_form(self) -> Any:
        self.form_class = self.shelf.form  # type: ignore[misc]
        return super().get_form()

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user, "instance": self.object}

    def act(self, version: int | None = None, **data: Any) -> Any:
        return actions.change_item(self.object, actor=self.request.user, version=version or 0, **data)


class ItemRetire(ItemAct):
    title = "停用"
    button = "停用"
    danger = True
    question = "停用后不再用于对接，也不再共享；以前的记录保留，随时可以恢复。"
    success = "已停用。"

    form_class = RetireForm

    def act(self, reason: str) -> None:
        actions.retire_item(self.object, actor=self.request.user, reason=reason)


class ItemRestore(ItemAct):
    title = "恢复使用"
    button = "恢复使用"
    question = "恢复后重新用于对接；原来与其他服务站共享的，恢复共享。"
    success = "已恢复使用。"

    def act(self) -> None:
        actions.restore_item(self.object, actor=self.request.user)
