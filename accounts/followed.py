"""What somebody without an account has filed (an objection, a complaint) and follows by a random number.

The number is all one needs, so its pages are kept by no cache and no search engine. Who filed it is shown to nobody but
the person who looks into it, once, on the answer to a post that gives the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from accounts.pages import ActPage, DetailPage, Page
from ledger.contacts import Identity
from ledger.documents import render_pdf
from ledger.errors import Refused
from ledger.journal import history_of


class NumberForm(forms.Form):
    number = forms.UUIDField(
        label="查询号",
        help_text="回执上的号码，形如 3f0c9a52-….",
        error_messages={"invalid": "查询号不完整，请对照回执核对后重新输入。"},
    )


class RevealForm(forms.Form):
    reason = forms.CharField(label="查看理由", max_length=300, help_text="记入台账，例如：电话核实有关事项。")


def keep_private(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response


class FollowPage(DetailPage):
    """The receipt, and how far it is: for whoever has the number. Names nobody. Moves of `not_told` are left out."""

    public = True
    lookup = "number"
    not_told: ClassVar[tuple[str, ...]] = ()

    def show(self, **extra: Any) -> HttpResponse:
        return keep_private(super().show(**extra))

    def context(self) -> dict[str, Any]:
        return {**super().context(), "history": history_of(self.object).exclude(move__in=self.not_told)}


class ReceiptPage(DetailPage):
    """The receipt as a paper, with the address of the page to follow by."""

    public = True
    lookup = "number"
    paper: ClassVar[str] = ""
    follow_path: ClassVar[Callable[[Any], str]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        follow = request.build_absolute_uri(type(self).follow_path(self.object))
        response = HttpResponse(
            render_pdf(self.paper, {"object": self.object, "follow": follow}), content_type="application/pdf"
        )
        response["Content-Disposition"] = 'inline; filename="receipt.pdf"'
        return keep_private(response)


class FindPage(Page):
    """From the number on a receipt to its page."""

    public = True
    query: ClassVar[Callable[..., QuerySet]]
    follow_name: ClassVar[str] = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = NumberForm(request.GET or None)
        if form.is_valid():
            if type(self).query().filter(number=form.cleaned_data["number"]).exists():
                return redirect(self.follow_name, number=form.cleaned_data["number"])
            form.add_error("number", "没有这个查询号，请对照回执核对后重新输入。")
        return self.show(form=form, status=422 if form.is_bound else 200)


class RevealPage(ActPage):
    """Shows the identity once, on the answer to the post, and nowhere else. `whose` is who is meant (异议人)."""

    template_name = "pages/reveal.html"
    form_class = RevealForm
    whose: ClassVar[str] = ""

    def reveal(self, reason: str) -> Identity:
        raise NotImplementedError

    def get_title(self) -> str:
        return f"查看{self.whose}身份"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        try:
            seen = self.reveal(**form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.refuse(form, 422, refusal.code)
        return keep_private(self.show(form=form, identity=seen))
