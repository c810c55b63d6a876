"""Lists in pages that neither repeat nor skip a row while others are added."""

from __future__ import annotations

from typing import Any

from django.core import signing
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.utils.urls import replace_query_param

from integration.api.asked import USUAL
from integration.api.problems import Problem


class CursorPages(CursorPagination):
    """The cursor is signed for its address: nobody asks the database for a position of his own making."""

    page_size = USUAL
    template = None

    def decode_cursor(self, request: Any) -> Cursor | None:
        typed = request.query_params.get(self.cursor_query_param)
        if typed is None:
            return None
        try:
            offset, reverse, position = signing.loads(typed, salt=request.path)
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise Problem(404, "cursor_unknown", "没有这一页，请从第一页重新开始。") from error
        return Cursor(offset, reverse, position)

    def encode_cursor(self, cursor: Cursor) -> str:
        token = signing.dumps(list(cursor), salt=self.request.path)
        return replace_query_param(self.base_url, self.cursor_query_param, token)


def page_of(rows: Any, request: Any, *, ordering: tuple[str, ...], limit: int | None) -> CursorPages:
    """The page that `request` asks for: its rows in `.page`, and links."""
    pages = CursorPages()
    pages.ordering = ordering
    pages.get_page_size = lambda _: limit or USUAL
    pages.paginate_queryset(rows, request)
    return pages
