"""Looking closely leaves a trace, and what was given up is tried again."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.desk import act, find, press
from tests.stack.product import Rider


def test_revealing_is_for_a_reason_that_the_customer_reads(desk: Desk, rider: Rider) -> None:
    page = desk("ops")
    page.goto("/admin/")
    find(page, rider.phone)
    page.locator(f"a[href*='{rider.user_id}']").first.click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    assert rider.phone not in page.locator("main, #content").first.inner_text()

    page.get_by_label("Reason").fill("The customer asks for help with a refund")
    page.get_by_role("button", name="Show for five minutes").click()

    expect(page.get_by_text(f"+91 {rider.phone[:5]} {rider.phone[5:]}").first).to_be_visible()
    log = rider.api.get("/user/access_log")["data"]
    assert any("help with a refund" in str(entry) for entry in log)
    assert rider.phone not in page.url


def test_a_message_in_quarantine_is_replayed(desk: Desk, seeded: dict[str, Any]) -> None:
    page = desk("ops")
    page.goto("/admin/")
    page.get_by_role("region", name="What waits for somebody").get_by_role("link", name="Outbox quarantine").click()
    page.locator(f"a[href*='/outboxmessage/{seeded['message']}/']").first.click()
    press(page, "Try again")
    act(page, "Try again", {"Reason": "Redis answers again"})
    expect(page.get_by_role("button", name="Try again now")).to_have_count(0)
    page.goto("/admin/common/outboxmessage/?state=quarantine")
    expect(page.locator(f"a[href*='/outboxmessage/{seeded['message']}/']")).to_have_count(0)
