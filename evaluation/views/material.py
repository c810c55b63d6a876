"""Materials, the list of projects, frozen versions and their papers: everything of an application that is a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.exports import XLSX
from accounts.pages import DetailPage
from evaluation.actions import draft
from evaluation.forms.application import MaterialForm, ProjectsForm, ProjectsImportForm
from evaluation.project_table import RowsRefused, write_xlsx
from evaluation.queries import application as queries
from evaluation.queries import progress
from evaluation.queries import version as versions
from evaluation.queries.snapshot import snapshot_of
from evaluation.views.application import ApplicationAct, StepPage
from ledger.documents import render_pdf
from ledger.errors import Refused
from ledger.files import file_response

ON_SCREEN = 100  # rows of projects that a page takes; more go by the table
BLANK = 5


class MaterialsStep(StepPage):
    title = "申报材料"
    step = "materials"
    template_name = "evaluation/application/materials.html"

    def context(self) -> dict[str, Any]:
        context = super().context()
        files = versions.current_files(self.object)
        problems = {problem.code for problem in context["problems"]}
        materials = [
            {
                "material": material,
                "files": files.get(material.code, []),
                "form": MaterialForm(accept=material.file_types, auto_id=f"id_{material.code}_%s"),
                "lacking": material.code in problems,
                "open": material.code in context["editable"],
            }
            for material in queries.measure_of(self.object).materials
        ]
        return {**context, "materials": materials, "projects": self.object.projects.count()}


class MaterialAdd(ApplicationAct):
    """Upload to one material; each file is taken or refused by itself, and those that were taken stay."""

    title = "上传材料"
    template_name = "evaluation/application/material_add.html"
    form_class = MaterialForm

    def form_kwargs(self) -> dict[str, Any]:
        return {"accept": self.material.file_types}

    @property
    def material(self) -> Any:
        try:
            return queries.measure_of(self.object).material(self.kwargs["code"])
        except KeyError:
            raise Http404 from None

    @property
    def success(self) -> str:  # type: ignore[override]
        return f"“{self.material.name}”已上传{self.result}个文件。"

    def act(self, files: list[Any]) -> Any:
        for file in files:
            draft.add_material(self.object, self.kwargs["code"], file, actor=self.request.user)
        return len(files)

    def get_success_url(self) -> str:
        return reverse("evaluation:application_materials", args=[self.object.pk]) + f"#material-{self.kwargs['code']}"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "material": self.material}


class MaterialRemove(ApplicationAct):
    title = "删除材料"
    button = "确认删除"
    danger = True
    success = "已删除。"

    @property
    def file(self) -> Any:
        return get_object_or_404(versions.present_files(self.object), pk=self.kwargs["file"])

    @property
    def question(self) -> str:  # type: ignore[override]
        return f"删除“{self.file.file.name}”吗？以前提交的版本里仍然保留。"

    def act(self, **data: Any) -> Any:
        code = self.file.code
        draft.remove_material(self.object, self.file, actor=self.request.user)
        return code

    def get_success_url(self) -> str:
        return reverse("evaluation:application_materials", args=[self.object.pk]) + f"#material-{self.result}"


# -- Projects  ----


def kinds_of(application: Any) -> dict[str, str]:
    return {kind.code: kind.name for kind in queries.measure_of(application).service_kinds}


class ProjectsPage(StepPage, ApplicationAct):
    title = "近三年服务项目清单"
    step = "materials"
    template_name = "evaluation/application/projects.html"
    form_class = ProjectsForm
    success = "项目清单已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        projects = queries.projects_of(self.object)
        return {
            "projects": projects[:ON_SCREEN],
            "kinds": kinds_of(self.object),
            "year": self.object.round.year,
            "version": self.object.version,
            "blank": BLANK if len(projects) < ON_SCREEN else 0,
        }

    def act(self, rows: list[dict[str, Any]], version: int | None = None) -> Any:
        if len(queries.projects_of(self.object)) > ON_SCREEN:
            raise Refused("too_many_rows", f"项目超过{ON_SCREEN}个，请导出表格，修改后再导入。")
        return draft.replace_projects(self.object, rows, actor=self.request.user, version=version)

    def get_success_url(self) -> str:
        return self.request.path

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "import_form": ProjectsImportForm(),
            "kinds": kinds_of(self.object),
            "total": len(queries.projects_of(self.object)),
            "on_screen": ON_SCREEN,
        }


class ProjectsImport(ApplicationAct):
    title = "导入项目清单"
    template_name = "evaluation/application/projects_import.html"
    form_class = ProjectsImportForm
    errors: tuple[Any, ...] = ()

    @property
    def success(self) -> str:  # type: ignore[override]
        return f"已导入{len(self.result)}个项目。"

    def act(self, table: Any) -> Any:
        try:
            return draft.import_projects(self.object, table, actor=self.request.user)
        except RowsRefused as refusal:
            self.errors = refusal.errors
            raise

    def get_success_url(self) -> str:
        return reverse("evaluation:application_projects", args=[self.object.pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "row_errors": self.errors}


class ProjectsTable(DetailPage):
    """The list as XLSX; `?template` gives the empty one."""

    query = staticmethod(queries.own_applications)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        projects = [] if "template" in request.GET else queries.projects_of(self.object)
        content = write_xlsx(projects, kinds=kinds_of(self.object))
        return attachment(content, "服务项目清单.xlsx", XLSX)


# -- Papers  ----


class ApplicationPaper(DetailPage):
    """The application form or the declaration, as PDF to be signed: filled in with what was typed so far."""

    query = staticmethod(queries.own_applications)
    papers = {
        "form": ("documents/application_form.html", "评价申请书"),
        "declaration": ("documents/application_declaration.html", "材料真实性声明"),
    }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        template, name = self.papers[self.kwargs["paper"]]
        measure = queries.measure_of(self.object)
        readiness = queries.readiness_of(self.object, timezone.now())
        snapshot = snapshot_of(self.object, measure)
        context = {
            "title": name,
            "application": self.object,
            "measure": measure,
            "snapshot": snapshot,
            "sections": versions.sections_of(snapshot, measure),
            "checks": readiness.checks,
            "printed_at": timezone.now(),
        }
        return attachment(render_pdf(template, context), f"{name}.pdf", "application/pdf")


class VersionPage(DetailPage):
    """A version as it was frozen, and what it changed in the one before."""

    query = staticmethod(queries.own_applications)
    template_name = "evaluation/application/version.html"

    @property
    def version(self) -> Any:
        return get_object_or_404(progress.versions_of(self.object), number=self.kwargs["number"])

    def get_title(self) -> str:
        return f"{self.object.number} 第{self.kwargs['number']}版"

    def context(self) -> dict[str, Any]:
        version = self.version
        measure = queries.measure_of(self.object)
        return {
            **super().context(),
            "version": version,
            "sections": versions.sections_of(version.snapshot, measure),
            "changed": versions.changes_in(version, measure),
        }


class ReceiptPage(VersionPage):
    """回执: number, hash, and what happens next."""

    template_name = "evaluation/application/receipt.html"

    def get_title(self) -> str:
        return "申报回执"


class ReceiptPaper(ReceiptPage):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        content = render_pdf("documents/application_receipt.html", self.context())
        return attachment(content, f"申报回执 {self.object.number}.pdf", "application/pdf")


class ApplicationFile(DetailPage):
    """A file of an application: an attachment, or, with `?view`, PDF and pictures in our own viewer."""

    query = staticmethod(queries.applications_with_files_for)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = versions.file_for(request.user, self.object, str(self.kwargs["key"]))
        if stored is None:
            raise Http404
        return file_response(stored, view="view" in request.GET)


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response
