"""The base of every address of the interface: a token is needed, and the scope that `scopes` names for the method."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework.views import APIView


class Endpoint(APIView):
    """`scopes = {"GET": Scope.SERVICES_READ}`. Who calls is `integration.api.access.client_of(request)`."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    scopes: ClassVar[Mapping[str, str]] = {}
