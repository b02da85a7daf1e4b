"""The back office looks at money and moves none."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client

from aarokya.common.models import AuditEntry
from accounts.models import Staff
from wallets.models import (
    Adjustment,
    ContraAccount,
    ContributionBatch,
    Difference,
    Hold,
    IncomingReservation,
    ProviderOrder,
    ProvisioningStatus,
    RecurringContribution,
    Settlement,
    Sponsor,
    Transfer,
    TransferRefusal,
    Wallet,
    Withdrawal,
)
from wallets.tests.builders import make_holder, make_sponsor, outcome_of, pay

pytestmark = pytest.mark.django_db
MODELS = [
    *(Wallet, Transfer, TransferRefusal, Hold, IncomingReservation, ContraAccount, Difference, Adjustment),
    *(Sponsor, ContributionBatch, RecurringContribution, Withdrawal, ProviderOrder, Settlement),
]


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(Staff.objects.create_superuser("boss", password="boss"))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_lists_open_and_offer_no_change(office: Client, model: type[Wallet]) -> None:
    holder = make_holder(own=1_000)
    pay(holder, 100)
    outcome_of(lambda: pay(holder, 10_000))
    make_sponsor()
    name = f"/admin/wallets/{model._meta.model_name}/"

    assert office.get(name).status_code == 200
    assert office.get(f"{name}add/").status_code == 403
    for row in model._default_manager.all()[:1]:
        assert office.get(f"{name}{row.pk}/change/").status_code == 200
        assert office.post(f"{name}{row.pk}/change/", {}).status_code == 403
        assert office.post(f"{name}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_failed_wallet_is_tried_again_from_the_list(office: Client) -> None:
    failed, fine = make_holder(), make_holder()
    Wallet.objects.filter(pk=failed.wallet_id).update(status=ProvisioningStatus.FAILED, attempts=5)

    answer = office.post(
        "/admin/wallets/wallet/",
        {
            "action": "retry_provisioning",
            "_selected_action": [str(failed.wallet_id), str(fine.wallet_id)],
            "reason": "the issuer is back",
            "confirm": "1",
        },
        follow=True,
    )

    assert answer.status_code == 200
    assert (failed.wallet().status, failed.wallet().attempts) == ("RETRYING", 0)
    assert fine.wallet().status == ProvisioningStatus.CREATED
    assert AuditEntry.objects.get(action="wallet.provisioning_retried").actor == "staff:boss"


def test_every_table_of_the_ledger_that_people_read_is_there() -> None:
    assert set(MODELS) <= set(admin.site._registry)


def test_the_newest_transfers_are_read_from_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a few rows would be sorted otherwise

    listed = Transfer.objects.order_by(*admin.site._registry[Transfer].ordering or ())[:100]

    assert "transfer_newest" in listed.explain()
