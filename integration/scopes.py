"""What the OAuth library asks about scopes: a client may ask for what it was registered with, and gets that by default."""

from typing import Any

from oauth2_provider.scopes import BaseScopes

from integration.states.client import Scope


class ClientScopes(BaseScopes):
    def get_all_scopes(self) -> dict[str, str]:
        return dict(Scope.choices)

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return list(application.scopes) if application else list(Scope.values)

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return self.get_available_scopes(application, request)
