"""The first page: true figures, cached, and only those that one may see."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aarokya.common import clock
from backoffice.selectors import business, operations
from backoffice.selectors.panels import Panel
from backoffice.tests.builders import make_message, make_order
from backoffice.tests.conftest import SignIn
from insurance.services import premiums
from insurance.tests import builders as insurance
from wallets.tests.builders import make_holder, make_user

pytestmark = pytest.mark.django_db


def tiles(panel: Panel) -> dict[str, str]:
    return {tile.label: tile.value for tile in panel.tiles}


def rows(panel: Panel) -> dict[str, tuple[str, ...]]:
    assert panel.table
    return {row[0]: row[1:] for row in panel.table.rows}


def section_names(page: Any) -> set[str]:
    return {section.name for section, _ in page.context["panels"]}


def test_people_are_counted_by_day_in_india() -> None:
    for _ in range(3):
        make_user()
    panel = business.people(now=clock.now())
    assert tiles(panel)["Customers"] == tiles(panel)["New today"] == "3"
    assert panel.chart
    assert [len(column.segments) for column in panel.chart.columns] == [0] * 29 + [1]
    assert panel.chart.summary.endswith("3 sign-ups; most in a day 3")


def test_the_float_is_split_by_pool() -> None:
    before = tiles(business.wallet_float(now=clock.now()))
    make_holder(own=123_400)
    after = tiles(business.wallet_float(now=clock.now()))
    assert (before["Own money"], after["Own money"], after["Others' money"]) == ("₹0", "₹1,234", "₹0")


def test_top_ups_and_failures() -> None:
    user = make_user()
    for status in ("CHARGED", "CHARGED", "CHARGED", "FAILED", "PENDING"):
        make_order(user, 10_000, status=status)
    panel = business.top_ups(now=clock.now())
    assert tiles(panel) == {"Topped up today": "₹300", "Failed or expired": "25 %"}
    assert panel.chart
    assert [(piece.name, piece.percent) for piece in panel.chart.columns[-1].segments] == [("paid", 75.0), ("failed", 25.0)]


def test_policies_and_premiums() -> None:
    policy = insurance.make_policy()
    other = insurance.make_policy()
    premiums.receive(policy.pk, order_id="O1", amount=policy.annual_premium, now=clock.now())
    assert rows(business.policies(now=clock.now())) == {"Pending": ("2",)}
    found = tiles(business.premiums(now=clock.now()))
    assert found == {"Collected": str(policy.annual_premium)[:-3], "Still due": str(other.premium_owed)[:-3]}


def test_money_stuck_by_age() -> None:
    user = make_user()
    make_order(user, 10_000)
    make_order(user, 20_000, age=timedelta(minutes=30))
    make_order(user, 30_000, age=timedelta(days=3))
    make_order(user, 40_000, age=timedelta(hours=2), status="MISMATCH")
    make_order(user, 50_000, age=timedelta(hours=2), status="CHARGED")
    panel = operations.money_stuck(now=clock.now())
    assert rows(panel) == {
        "Payments open": ("₹100 (1)", "₹200 (1)", "–", "₹300 (1)"),
        "Payments mismatched": ("–", "–", "₹400 (1)", "–"),
    }
    assert tiles(panel) == {"Stuck over 15 minutes": "₹900"}


def test_partners_are_judged_by_their_deliveries() -> None:
    now = clock.now()
    make_message(not_before=now - timedelta(seconds=4), done_at=now)
    make_message(handler="wallets.handlers.provision", attempts=2)
    found = rows(operations.partners(now=now))
    assert found["SMS"][:4] == ("well", "1", "4.0 s", "0")
    assert found["Wallet issuer"][:4] == ("failing", "0", "–", "1")
    assert found["Juspay"] == ("quiet", "0", "–", "0", "–")


def test_queues_of_the_machine() -> None:
    make_message(quarantined_at=clock.now())
    make_message()
    found = tiles(operations.machinery(now=clock.now()))
    assert (found["Outbox"], found["Quarantine"]) == ("1", "1")


@pytest.mark.parametrize(
    ("group", "seen", "hidden"),
    [
        ("ops", {"people", "policies", "machinery", "partners"}, {"wallet_float"}),
        ("finance", {"people", "wallet_float", "top_ups", "premiums", "money_stuck"}, set()),
        ("support", {"people", "top_ups", "policies"}, {"wallet_float", "machinery", "partners"}),
        ("auditor", {"people", "wallet_float", "machinery", "partners", "policies"}, set()),
    ],
)
def test_what_a_role_may_not_see_is_not_there(sign_in: SignIn, group: str, seen: set[str], hidden: set[str]) -> None:
    page = sign_in(group).get("/admin/")
    assert seen <= section_names(page)
    assert not hidden & section_names(page)
    for name in hidden:
        assert f'id="panel-{name}"' not in page.content.decode()


def test_staff_without_a_group_see_an_empty_page(sign_in: SignIn) -> None:
    page = sign_in("nobody").get("/admin/")
    assert page.status_code == 200
    assert section_names(page) == set()


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/admin/").status_code == 200
    return len(captured)


def test_figures_are_kept_for_half_a_minute(sign_in: SignIn) -> None:
    office = sign_in()
    first, second = queries_of(office), queries_of(office)
    assert second <= 6
    assert first <= second + 15


def test_the_sidebar_counts_what_waits_and_hides_the_rest(sign_in: SignIn) -> None:
    make_order(make_user(), age=timedelta(hours=1))
    make_message(quarantined_at=clock.now())

    def badges(*groups: str) -> dict[str, str]:
        context = sign_in(*groups).get("/admin/").context
        items = [item for section in context["sidebar_navigation"] for item in section["items"]]
        return {item["title"]: item.get("badge", "") for item in items}

    ops, support, auditor = badges("ops"), badges("support"), badges("auditor")
    assert (ops["Payments stuck"], ops["Outbox quarantine"], ops["Policies to activate"]) == ("1", "1", "")
    assert support["Payments stuck"] == "1"
    assert {"Outbox quarantine", "Audit log", "Transfers", "Staff"}.isdisjoint(support)
    assert {"Audit log", "Staff", "Transfers"} <= auditor.keys()


def test_every_queue_opens_its_rows(sign_in: SignIn) -> None:
    """The link of a queue lists as many rows as its badge says."""
    user = make_user()
    make_order(user, age=timedelta(hours=1))
    make_order(user, status="MISMATCH")
    make_message(quarantined_at=clock.now())
    make_message()
    insurance.make_policy()
    office = sign_in()
    found = {waiting.queue.title: (waiting.count, link) for waiting, link, _ in office.get("/admin/").context["queues"]}
    assert {title for title, (count, _) in found.items() if count} == {
        "Policies to activate",
        "Payments stuck",
        "Payments mismatched",
        "Outbox quarantine",
    }
    for title, (count, link) in found.items():
        listed = office.get(link)
        assert listed.status_code == 200, title
        assert len(listed.context["cl"].result_list) == count, title
