"""Entering the back office: name, password and a code that counts once."""

from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.desk import Authenticator, log_in, origin


def test_a_clerk_enters_with_password_and_code_and_leaves(desk: Desk, authenticators: dict[str, Authenticator]) -> None:
    page = desk(None)
    log_in(page, "support", authenticators["support"])
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/admin/")
    expect(page).to_have_url(f"{origin(page)}/admin/login/?next=/admin/")


def test_without_the_code_nobody_enters_and_a_used_code_is_none(desk: Desk, authenticators: dict[str, Authenticator]) -> None:
    code = authenticators["auditor"].code()
    for given, enters in (("", False), (code, True), (code, False)):
        page = desk(None)
        page.goto("/admin/")
        page.get_by_label("Username").fill("auditor")
        page.get_by_label("Password").fill("auditor")
        page.get_by_label("Code of your authenticator").fill(given)
        page.get_by_role("button", name="Log in").click()
        if enters:
            expect(page.get_by_role("heading", name="Today")).to_be_visible()
        else:
            expect(page.get_by_text("The username, the password or the code is wrong")).to_be_visible()
