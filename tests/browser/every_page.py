"""Every page of the role matrix in a real browser: `make look`. Not part of the suite, which walks through the main ones.

Whoever the matrix lets in first opens the page: at 360 and 1280 px nothing sticks out, axe finds nothing, the console is
empty, and a picture of it is kept under var/screenshots/pages/.
"""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.browser.conftest import sign_in
from tests.browser.looks import WIDTHS, faults, overflow
from tests.roles.test_matrix import table
from tests.roles.world import ACTORS, addresses, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What Chromium logs of its own accord: a hint about password fields, and the answers that a test asked for
ASKED_FOR = ("[DOM]", "404 (Not Found)")
# Swagger's own markup, which is not ours to change; the same content stands in docs/api.md and in the description
SWAGGER = {"heading-order", "landmark-main-is-top-level", "landmark-no-duplicate-main", "landmark-unique",
           "nested-interactive", "select-name"}  # fmt: skip


def page_of(client, url):
    """Whether the address answers with a whole page, and not with a file, a feed or a part of a page."""
    response = client.get(url)
    kept = "Content-Disposition" in response.headers or response.streaming
    found = response.status_code == 200 and not kept and b"<html" in response.content
    response.close()
    return found


def pages(world):
    """(name of the address, who opens it, url) for each address that lets anybody in."""
    clients = {actor: Client() for actor in ACTORS}
    for actor, user in world.people.items():
        if user.is_authenticated:
            clients[actor].force_login(user)
    cells = table()
    for name, route in addresses():
        actor = next((who for who, cell in zip(ACTORS, cells[name], strict=True) if cell == "200"), None)
        wanted = world.kwargs(name, route)
        kwargs = {key: value for key, value in wanted.items() if f":{key}>" in route or f"<{key}>" in route}
        url = reverse(name, kwargs=kwargs or None)
        if actor and not name.startswith("admin:") and page_of(clients[actor], url):
            yield name, actor, url


def wrong_with(page, name, url):
    """What a designer would not accept of the page, as lines."""
    page.goto(url)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if overflow(page) > 0:
            yield f"{name} sticks out by {overflow(page)} px at {width}"
        page.screenshot(
            path=settings.VAR_DIR / "screenshots" / "pages" / f"{name.replace(':', '-')}-{width}.png", full_page=True
        )
    known = SWAGGER if name == "api:docs" else set()
    yield from (f"{name}: {fault}" for fault in faults(page) if fault.split()[1].rstrip(":") not in known)
    yield from (f"{name}: {line}" for line in page.said if not any(word in line for word in ASKED_FOR))
    page.said.clear()


def test_every_page_is_without_fault(page, live_server, settings):
    settings.AXES_ENABLED = False
    (settings.VAR_DIR / "screenshots" / "pages").mkdir(parents=True, exist_ok=True)
    world, signed_in, wrong = make_world(), "anonymous", []
    opened = sorted(pages(world), key=lambda one: ACTORS.index(one[1]))
    for name, actor, url in opened:
        if actor != signed_in:
            page.context.clear_cookies()
            sign_in(page, live_server, world.people[actor])
            signed_in = actor
        wrong += wrong_with(page, name, live_server.url + url)
    print(f"{len(opened)} pages opened")
    assert len(opened) > 100
    assert wrong == [], "\n".join(wrong)
