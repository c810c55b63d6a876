"""A page held against its width and against axe, and kept as a picture."""

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

AXE = Axe().axe_script
# Only what is wrong comes back from the browser: what is right is thousands of nodes on a long page
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
WIDTHS = (360, 1280)  # the wide one last: there all of the page is in sight of axe


def faults(page):
    """What axe finds, as one line each."""
    page.evaluate(AXE)
    found = page.evaluate(VIOLATIONS)
    return [f"{page.url} {one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def look(page, url, name):
    """Open a page: at both widths nothing sticks out, a picture of each; no fault for axe."""
    page.goto(url)
    folder = settings.VAR_DIR / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0, f"{url} sticks out at {width}"
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    assert faults(page) == []
