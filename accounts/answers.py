"""Whether an answer is read by a person or by a program."""

from django.http import HttpRequest


def wants_json(request: HttpRequest) -> bool:
    """A client that says it would rather have JSON than a page. A browser never does."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
