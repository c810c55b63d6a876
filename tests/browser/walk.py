"""People in front of a browser: each has a window of their own, signs in by hand, looks at every page wide and narrow."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from tests.browser.looks import WIDTHS, faults, overflow
from tests.factories import make_user

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "a-long-password-1"


class Walk:
    """A round on its way: the clock, the browser, the number of the next picture.

    The clock moves for the server (`traveller`, of time_machine) and, page by page, for what a window's scripts take
    for now. Chromium's own clock, by which cookies end, stays.
    """

    def __init__(self, name: str, browser: Browser, address: str, traveller: Any) -> None:
        self.browser, self.address, self.traveller = browser, address, traveller
        self.people: list[Person] = []
        self.numbers = count(1)
        self.now: dt.datetime | None = None
        # The round's always; of the other walks only `make look` wants them: they are a fifth of a walk's time
        self.pictures = name == "round" or bool(os.environ.get("PICTURES"))
        self.folder = settings.VAR_DIR / "screenshots" / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def at(self, *moment: int) -> dt.datetime:
        """It is now this Wuhan time: year, month, day, hour, minute."""
        self.now = dt.datetime(*moment, tzinfo=SHANGHAI)  # type: ignore[misc, arg-type]
        self.traveller.move_to(self.now)
        for person in self.people:
            person.page.clock.set_fixed_time(self.now)
            person.forget()  # by Chromium's own clock what it keeps is seconds old
        return self.now

    def person(self, name: str, email: str, role: str | None = None) -> Person:
        """Somebody with an account, whose address is confirmed."""
        user = make_user(role, name=name, email=email, password=PASSWORD)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return self.stranger(user)

    def stranger(self, user: User | None = None) -> Person:
        """Somebody in front of a browser; without `user`, a member of the public."""
        person = Person(self, user)
        self.people.append(person)
        return person

    def end(self) -> None:
        for person in self.people:
            person.page.context.close()

    @property
    def said(self) -> list[str]:
        """What the consoles said: a script's error, a report of the content security policy. Not that a form was refused:
        a page answered 422 or 409 is asked for, and read, by the walk."""
        asked = ("422 (Unprocessable", "409 (Conflict")
        return [line for person in self.people for line in person.said if not any(code in line for code in asked)]


class Person:
    """One window. What it is told to do is done by clicking, typing and choosing; `look` judges the page it shows."""

    def __init__(self, walk: Walk, user: User | None) -> None:
        self.walk, self.user = walk, user
        self.page: Page = walk.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
        self.known = False
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(f"{self.page.url} {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"{self.page.url} {error}"))
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.set_default_timeout(15_000)
        if walk.now:
            self.page.clock.set_fixed_time(walk.now)

    def sign_in(self) -> None:
        """Come home with a fresh session: the first time by hand, with address and password. A session of staff ends
        after half an hour without a click, so this is done anew at each new hour of the walk."""
        assert self.user is not None
        self.page.context.clear_cookies()
        if self.known:
            self.page.context.add_cookies([self.session()])
            self.go("/home/")
            return
        self.go("/accounts/login/")
        self.page.fill("#id_login", self.user.email)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("main .button")
        self.page.wait_for_url("**/home/")
        self.known = True

    def forget(self) -> None:
        """Empty the window's cache."""
        self.page.context.new_cdp_session(self.page).send("Network.clearBrowserCache")

    def session(self) -> Any:
        client = Client()
        client.force_login(self.user, backend=settings.AUTHENTICATION_BACKENDS[1])  # type: ignore[arg-type]
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        return {"name": cookie.key, "value": cookie.value, "url": self.walk.address}

    def go(self, path: str) -> Locator:
        """Open an address of the portal; gives its main part."""
        answer = self.page.goto(self.walk.address + path)
        assert answer is not None
        assert answer.status == 200, f"{answer.status} {self.page.url}"
        return self.main

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.walk.address)

    def follow(self, link: str, within: str = "main", *, exact: bool = False) -> Locator:
        self.page.locator(within).get_by_role("link", name=link, exact=exact).first.click()
        self.page.wait_for_load_state()
        return self.main

    def press(self, button: str, within: str = "main", *, exact: bool = False) -> Locator:
        self.page.locator(within).get_by_role("button", name=button, exact=exact).first.click()
        self.page.wait_for_load_state()
        return self.main

    def type(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.fill(f"main [name={name}]:not([type=hidden])", text)

    def choose(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"main select[name={name}]").select_option(value)

    def reads(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).to_contain_text(text)

    def download(self, link: str, within: str = "main") -> bytes:
        """What a link gives, asked for with this window's cookies."""
        address = self.page.locator(within).get_by_role("link", name=link).first.get_attribute("href")
        assert address
        answer = self.page.request.get(self.walk.address + address)
        assert answer.status == 200, f"{answer.status} {address}"
        return answer.body()

    def pick(self, field: str, *files: Any) -> None:
        """Choose files (tests.browser.uploads) for a field."""
        self.page.set_input_files(f"main input[type=file][name={field}]", list(files))

    def tick(self, *labels: str) -> None:
        for label in labels:
            self.main.get_by_label(label, exact=True).check()

    def look(self, name: str) -> None:
        """The page as it is, at both widths: nothing that sticks out, a picture of each if wanted; at the wide one, where all of
        it is in sight, no fault for axe."""
        self.page.wait_for_load_state()  # what it says may be there before its styles are
        number = next(self.walk.numbers)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            assert overflow(self.page) <= 0, f"{name} sticks out at {width}"
            self.page.evaluate("window.scrollTo(0, 0)")
            if self.walk.pictures:
                # Hiding the caret would leave empty style attributes, which htmx copies and the security policy reports
                path = self.walk.folder / f"{number:02d}-{name}-{width}.png"
                self.page.screenshot(path=path, full_page=True, caret="initial")
        found = faults(self.page)
        assert not found, f"{name}: {found}"
