"""Every list opens, and asks the database the same few questions however many rows it shows."""

from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aarokya.common.office.paging import EXACT_MAX, QuickPaginator
from accounts.models import User
from backoffice.tests.builders import make_message, make_order
from backoffice.tests.conftest import SignIn
from insurance.tests import builders as insurance
from payments.models import Order
from wallets.tests.builders import make_holder

pytestmark = pytest.mark.django_db
QUERIES_MAX = 16  # login, sidebar, filters, count and rows; ten rows that each ask once would not fit
ROWS = 10


def test_every_list_opens_with_few_queries(sign_in: SignIn) -> None:
    benefit = insurance.make_benefit("1A")
    for number in range(ROWS):
        policy = insurance.make_policy(benefit=benefit)
        make_order(policy.primary_user, status="FAILED" if number % 2 else "PENDING")
        make_holder(own=1_000)
        make_message()
    office, costs = sign_in(), {}
    for model in admin.site._registry:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        with CaptureQueriesContext(connection) as queries:
            assert office.get(address).status_code == 200, address
        costs[address] = len(queries)
    assert {address: cost for address, cost in costs.items() if cost > QUERIES_MAX} == {}


def test_a_long_table_is_estimated_and_a_short_one_counted() -> None:
    insurance.make_user()
    assert QuickPaginator(User.objects.order_by("pk"), 50).count == User.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'accounts_user'")
        assert cursor.fetchone()[0] <= EXACT_MAX
    with CaptureQueriesContext(connection) as queries:
        assert (
            QuickPaginator(User.objects.filter(status="ACTIVE").order_by("pk"), 50).count
            == User.objects.filter(status="ACTIVE").count()
        )
    assert f"LIMIT {EXACT_MAX}" in queries[0]["sql"]


def test_moments_are_shown_in_india_and_the_api_stays_in_utc(sign_in: SignIn) -> None:
    """19:30 UTC is one in the night of the next day in India."""
    order = make_order(insurance.make_user(), status="FAILED")
    Order.objects.filter(pk=order.pk).update(opened_at=datetime(2026, 11, 20, 19, 30, tzinfo=UTC))
    page = sign_in().get(f"/admin/payments/order/{order.pk}/change/").content.decode()
    assert "Nov. 21, 2026, 1 a.m." in page
    assert timezone.get_current_timezone_name() == "UTC"
