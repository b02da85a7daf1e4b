"""One box finds every number, shows nobody what they may not see, and leaves a trace."""

import pytest

from aarokya.common import clock
from aarokya.common.models import AuditEntry
from accounts.models import Access
from backoffice.tests.builders import make_order
from backoffice.tests.conftest import SignIn
from insurance.models import Mrn
from insurance.services import lifecycle
from insurance.tests import builders as insurance
from payments.models import Receipt, ReceiptSeries
from wallets.tests.builders import make_holder, make_user

pytestmark = pytest.mark.django_db
FIND = "/admin/find/"


def kinds(sign_in: SignIn, term: str, *groups: str) -> list[tuple[str, str]]:
    page = sign_in(*groups).post(FIND, {"term": term})
    assert page.status_code == 200
    return [(hit.kind, hit.pk) for hit in page.context["hits"]]


@pytest.mark.parametrize("shape", ["{}", "+91{}", "91-{}", "0 {}", " {} "])
def test_a_phone_in_any_shape(sign_in: SignIn, shape: str) -> None:
    user = make_user()
    found = kinds(sign_in, shape.format(user.phone[3:]), "support")
    assert found == ([] if shape.startswith("0") else [("Customer", str(user.pk))])


def test_a_policy_by_its_number_in_any_case_and_by_id(sign_in: SignIn) -> None:
    policy = insurance.make_policy()
    lifecycle.activate(
        policy,
        external_policy_id="NH-Abc-1",
        start_date=None,
        end_date=None,
        reason="x",
        actor="staff:ops",
        now=clock.now(),
    )
    assert kinds(sign_in, "nh-abc-1", "ops") == [("Policy", str(policy.pk))]
    assert kinds(sign_in, str(policy.pk), "support") == [("Policy", str(policy.pk))]


def test_an_order_and_its_receipt(sign_in: SignIn) -> None:
    order = make_order(make_user(), status="CHARGED")
    series = ReceiptSeries.objects.create(financial_year="2026-27", last_number=1)
    Receipt.objects.create(order=order, series=series, sequence=1, issued_at=clock.now())
    assert kinds(sign_in, order.order_id.lower(), "finance") == [("Payment", str(order.pk))]
    assert kinds(sign_in, "2026-27/000001", "support") == [("Receipt", str(order.pk))]


def test_an_mrn(sign_in: SignIn) -> None:
    policy = insurance.make_policy()
    member = policy.members.select_related("dependant").all()[0].dependant
    mrn = Mrn.objects.filter(dependant=member).first() or Mrn.objects.create(
        dependant=member, provider=policy.provider, external_mrn={"mrn": "MRN-42"}
    )
    number = next(iter(mrn.external_mrn.values()))
    assert ("MRN", str(mrn.pk)) in kinds(sign_in, number, "ops")


def test_what_one_may_not_see_is_not_found(sign_in: SignIn) -> None:
    holder = make_holder(own=1_000)
    transfer = str(holder.wallet().pk)
    assert kinds(sign_in, transfer, "ops") == [("Wallet", transfer)]
    assert kinds(sign_in, transfer, "nobody") == []


@pytest.mark.parametrize("term", ["", " ", "x" * 5000, "\x00", "%", "' OR 1=1 --", "💊", "2026-27/999999999"])
def test_nonsense_finds_nothing(sign_in: SignIn, term: str) -> None:
    make_user()
    assert kinds(sign_in, term) == []


def test_a_search_is_audited_with_the_phone_masked_and_the_customer_can_read_it(sign_in: SignIn) -> None:
    user = make_user()
    kinds(sign_in, user.phone, "support")
    entry = AuditEntry.objects.get(action="backoffice.searched")
    assert entry.actor == "staff:support"
    assert entry.after == {"term": f"+91 ••••••{user.phone[-4:]}", "found": [f"accounts.user {user.pk}"]}
    assert Access.objects.get(user=user).what == "found by search"


def test_the_box_is_on_every_page_and_posts(sign_in: SignIn) -> None:
    page = sign_in("support").get("/admin/").content.decode()
    assert f'<form method="post" action="{FIND}" role="search"' in page
    assert sign_in("ops").get(f"{FIND}?term=9876543210").context["hits"] == []
