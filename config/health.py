"""What the machinery around the portal asks: is it alive, is it ready."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers. It asks nobody else, so that a slow database does not get web servers killed."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers. Without Redis the portal is degraded: mail and rankings wait, submits do not."""
    database, queue = database_answers(), redis_answers()
    state = "down" if not database else "ok" if queue else "degraded"
    body = {"state": state, "database": database, "redis": queue}
    response = JsonResponse(body, status=200 if database else 503)
    if not database:
        response["Retry-After"] = "10"
    return response


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True


def redis_answers() -> bool:
    retry = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
    options = {"retry": retry, "socket_connect_timeout": 1, "socket_timeout": 1}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
