"""For everybody's hands and eyes: by keyboard alone, without serious findings of axe-core, on a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tests.browser.desk import Authenticator

SERIOUS = ("serious", "critical")
TABS_MAX = 80
FOCUSED = """() => {
    const focused = document.activeElement
    return focused === document.body ? [] : [focused.name, focused.innerText.trim().split("\\n").pop()]
}"""


def test_a_clerk_needs_no_mouse(desk: Desk, seeded: dict[str, Any], authenticators: dict[str, Authenticator]) -> None:
    page = desk(None)
    page.goto("/admin/")
    for field, words in {"username": "meera", "password": "meera", "totp": authenticators["meera"].code()}.items():
        tab_to(page, field)
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    page.goto(f"/admin/insurance/policy/{seeded['policies']['ids'][11]}/change/")
    tab_to(page, "Activate")
    page.keyboard.press("Enter")
    expect(page.get_by_title("The enrolment form")).to_be_visible()
    tab_to(page, "external_policy_id")
    page.keyboard.type("NH-KEYBOARD-1")
    tab_to(page, "reason")
    page.keyboard.type("Without a mouse")
    tab_to(page, "Show what will happen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Activate now")).to_be_visible()
    tab_to(page, "Activate now")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Policy NH-KEYBOARD-1 is active until")).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name, or these words after its icon's, has the focus."""
    found: list[str] = []
    for _ in range(TABS_MAX):
        found = page.evaluate(FOCUSED)
        if name in found:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no way to {name} with the Tab key; at last the focus was on {found}")


def main_pages(seeded: dict[str, Any]) -> dict[str, str]:
    policy = f"/admin/insurance/policy/{seeded['policies']['ids'][12]}"
    return {
        "today": "/admin/",
        "policies": "/admin/insurance/policy/",
        "policy": f"{policy}/change/",
        "activate": f"{policy}/activate/",
        "activate many": "/admin/backoffice/activationbatch/",
        "upload": "/admin/backoffice/activationbatch/upload/",
        "benefits": "/admin/insurance/benefit/",
        "customers": "/admin/accounts/user/",
        "payments": "/admin/payments/order/",
        "approvals": "/admin/approvals/request/",
        "quarantine": f"/admin/common/outboxmessage/{seeded['message']}/change/",
        "audit": "/admin/common/auditentry/",
    }


def test_axe_finds_nothing_serious(desk: Desk, seeded: dict[str, Any]) -> None:
    page, axe, found = desk("admin"), Axe(), []
    for name, address in main_pages(seeded).items():
        page.goto(address)
        for violation in axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]:
            if violation["impact"] in SERIOUS:
                found += [f"{name}: {violation['id']}: {node['html'][:300]}" for node in violation["nodes"][:3]]
    assert not found, "\n".join(found)


def test_on_a_phone_nothing_sticks_out(desk: Desk, seeded: dict[str, Any]) -> None:
    page = desk("ops", phone=True)
    for name, address in main_pages(seeded).items():
        if name == "audit":  # not for ops
            continue
        page.goto(address)
        widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert widths[0] <= widths[1], f"{name}: {widths[0]} px on a screen of {widths[1]}"
    page.goto(f"/admin/insurance/policy/{seeded['policies']['ids'][12]}/activate/")
    page.get_by_label("Insurer's policy number").fill("NH-PHONE")
    page.get_by_label("Reason").fill("On the way")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_role("button", name="Activate now")).to_be_visible()
