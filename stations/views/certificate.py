"""The paper of a certificate and of the decision that ended a title, for the station's own people and for staff."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.pages import DetailPage
from ledger.files import file_response
from stations.actions.certificate import print_certificate
from stations.queries.certificate import certificates_visible_to
from stations.queries.title import decided_titles_visible_to


class CertificatePaper(DetailPage):
    query = staticmethod(certificates_visible_to)
    lookup = "number"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return file_response(print_certificate(self.object, actor=request.user), view=True)


class TitleDecision(DetailPage):
    """The paper by which a title ended."""

    query = staticmethod(decided_titles_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return file_response(self.object.ended_paper, view=True)
