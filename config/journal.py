"""The journal as the auditor and the audit administrator read it: every act on everything, newest first.

It stands on this floor because it speaks of the things of all apps, in their own words (config.history).
"""

import json
from functools import cache
from typing import Any

import django_filters
from django.apps import apps
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.exports import Column
from accounts.fields import DateInput
from accounts.pages import DetailPage, ListPage
from accounts.states import Role
from config.history import lines, model_of, title_of
from integration.queries.hanjianlian import receipts_of
from ledger.models import JournalEntry, SealedRow
from ledger.sealing import disclosed, sealed_rows


def journal_visible_to(user: Any) -> QuerySet[JournalEntry]:
    rows = JournalEntry.objects.select_related("actor")
    return rows if user.has_perm("accounts.read_journal") else rows.none()


def sealed_rows_visible_to(user: Any) -> QuerySet[SealedRow]:
    rows = sealed_rows()
    return rows if user.has_perm("accounts.read_journal") else rows.none()


@cache
def kinds() -> list[tuple[str, str]]:
    """Every kind of thing that has moves or acts, with its name."""
    models = [model for model in apps.get_models() if hasattr(model, "MOVES") or hasattr(model, "ACTS")]
    return sorted(
        ((model._meta.label_lower, str(model._meta.verbose_name)) for model in models), key=lambda kind: kind[1]
    )


@cache
def move_names() -> list[tuple[str, str]]:
    """Every move and act with its wording; where two things word one name differently, both wordings."""
    words: dict[str, set[str]] = {}
    for model in apps.get_models():
        for name, move in getattr(model, "MOVES", {}).items():
            words.setdefault(name, set()).add(str(move.label))
        for name, label in getattr(model, "ACTS", {}).items():
            words.setdefault(name, set()).add(str(label))
    return sorted(((name, "／".join(sorted(said))) for name, said in words.items()), key=lambda pair: pair[1])


def kind_of(entry: JournalEntry) -> str:
    return str(model_of(entry)._meta.verbose_name)


def who(entry: JournalEntry) -> str:
    return str(entry.actor) if entry.actor_id else f"定时任务 {entry.job}"


class JournalFilter(django_filters.FilterSet):
    object_type = django_filters.ChoiceFilter(label="对象类型", choices=kinds, empty_label="全部")
    object_id = django_filters.CharFilter(label="对象编号")
    move = django_filters.ChoiceFilter(label="事项", choices=move_names, empty_label="全部")
    actor = django_filters.CharFilter("actor__name", "icontains", label="经办人")
    since = django_filters.DateFilter("at__date", "gte", label="自", widget=DateInput())
    until = django_filters.DateFilter("at__date", "lte", label="至", widget=DateInput())

    class Meta:
        model = JournalEntry
        fields: list[str] = []


class JournalList(ListPage):
    title = "办理台账"
    roles = {Role.AUDITOR, Role.AUDIT_ADMIN}
    template_name = "config/journal_list.html"
    query = staticmethod(journal_visible_to)
    filterset_class = JournalFilter
    search_fields = ("reason", "object_id", "actor__name", "actor__email", "job")
    search = "理由、对象编号、经办人"
    sorts = {"time": ("id",), "object": ("object_type", "object_id", "id"), "actor": ("actor__name", "id")}
    sort = "-time"
    columns = (
        Column("序号", "pk"),
        Column("时间", "at"),
        Column("对象类型", kind_of),
        Column("对象编号", "object_id"),
        Column("事项", title_of),
        Column("原状态", "before"),
        Column("新状态", "after"),
        Column("经办人", who),
        Column("理由", "reason"),
    )

    def context(self) -> dict[str, Any]:
        context = super().context()
        return {**context, "lines": [(line, kind_of(line.entry)) for line in lines(context["rows"])]}


class JournalPage(DetailPage):
    """One row with its facts, and the other rows about the same thing."""

    title = "台账记录"
    template_name = "config/journal_entry.html"
    query = staticmethod(journal_visible_to)

    def context(self) -> dict[str, Any]:
        entry = self.object
        leaf = sealed_rows_visible_to(self.request.user).filter(entry=entry).first()
        same = journal_visible_to(self.request.user).filter(object_type=entry.object_type, object_id=entry.object_id)
        return {
            **super().context(),
            "line": lines([entry])[0],
            "kind": kind_of(entry),
            "facts": sorted(entry.facts.items()),
            "same": same.order_by("-id")[:50],
            "leaf": leaf,
            "anchors": receipts_of(leaf.seal) if leaf else [],
        }


class JournalProof(DetailPage):
    """The row with its salt and its way to the root of its seal, as a file: whoever is given it can check it with
    docs/verify_seal.py. Looking is reading; nothing is written."""

    title = "存证"
    query = staticmethod(sealed_rows_visible_to)
    lookup = "entry_id"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        content = json.dumps(disclosed(self.object), ensure_ascii=False, indent=1)
        name = f"journal-{self.object.entry_id}.json"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type="application/json", headers=headers)
