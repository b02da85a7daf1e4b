"""What a member of staff does at the back office, as they do it: fields by their labels, buttons by their words."""

import base64
import re
import time

from django_otp.oath import hotp
from playwright.sync_api import Page, expect

STEP_S = 30
DRIFT_STEPS = 1  # what the product allows; each code counts once


class Authenticator:
    """Somebody's phone with an authenticator app: shows codes, never one twice."""

    def __init__(self, secret: str) -> None:
        self.key = base64.b32decode(secret)
        self.last_step = 0

    def code(self) -> str:
        """Return a code that counts now; waits for the next one when all of this moment are used."""
        now_step = int(time.time()) // STEP_S
        self.last_step = max(self.last_step + 1, now_step)
        while self.last_step > int(time.time()) // STEP_S + DRIFT_STEPS:
            time.sleep(0.5)
        return f"{hotp(self.key, self.last_step):06d}"


def log_in(page: Page, name: str, authenticator: Authenticator) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(name)
    page.get_by_label("Code of your authenticator").fill(authenticator.code())
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{origin(page)}/admin/")


def origin(page: Page) -> str:
    return str(page.evaluate("location.origin"))


def act(page: Page, verb: str, fields: dict[str, str]) -> None:
    """Fill an act's form by labels, look at what will happen, and do it."""
    foresee(page, fields)
    expect(page.get_by_text("What will happen", exact=True)).to_be_visible()
    page.get_by_role("button", name=f"{verb} now").click()


def foresee(page: Page, fields: dict[str, str]) -> None:
    """Fill an act's form by labels and ask what will happen."""
    for label, value in fields.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Show what will happen").click()


def press(page: Page, name: str) -> None:
    """Press an act's button at the top of a page; its icon is read before its name."""
    page.get_by_role("link", name=re.compile(rf"(^|\s){re.escape(name)}$")).first.click()


def find(page: Page, term: str) -> None:
    """Look something up in the one box."""
    box = page.get_by_role("searchbox", name="Search by phone").first
    box.fill(term)
    box.press("Enter")
