"""Pictures for the README, of a running portal with the demo data: `python -m tests.browser.screenshots ADDRESS`.

Writes docs/screenshots/*.png, 1280 x 800, with few colours, so that all of them together stay small.
"""

import io
import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from config.local import bootstrap
from config.local.code import code_at

PASSWORD = "wuhan-demo-2026"
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
COLOURS = 96
HOMES = (
    "applicant",
    "titled",
    "intake",
    "manager",
    "leader",
    "finance",
    "district",
    "auditor",
    "system",
    "security",
    "audit",
)
# (picture, account, address, whether to follow the first row's link from there)
SHOTS = (
    ("front", "", "/", False),
    ("notice", "", "/notices/?state=open", True),
    *((role, f"{role}@example.com", "/home/", False) for role in HOMES),
    ("expert", "expert01@example.com", "/home/", False),
    ("sheet", "expert01@example.com", "/sheets/?state=open", True),
    ("files", "intake@example.com", "/intake/", False),
    ("round", "manager@example.com", "/rounds/?state=in_notice", True),
    ("conclusion", "leader@example.com", "/conclusions/", True),
)


def sign_in(page, address, email):
    page.goto(f"{address}/accounts/login/")
    page.fill("#id_login", email)
    page.fill("#id_password", PASSWORD)
    page.click("main .button")
    if "2fa" in page.url:
        page.fill("#id_code", code_at(time.time()))
        page.click("main .button")
    page.wait_for_url("**/home/")


def page_of(browser, address, email):
    """A page of this person's own; signed in once, since a one-time code opens once."""
    page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800}).new_page()
    if email:
        sign_in(page, address, email)
    return page


def take(page, address, name, path, follow):
    page.goto(address + path)
    if follow:
        page.locator("main tbody a").first.click()
        page.wait_for_load_state()
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def main(address):
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = bootstrap.browser()
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        pages = {email: page_of(browser, address, email) for email in dict.fromkeys(shot[1] for shot in SHOTS)}
        for name, email, path, follow in SHOTS:
            take(pages[email], address, name, path, follow)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
