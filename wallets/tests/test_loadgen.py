"""`loadgen` moves money for a while and ends with a ledger that holds."""

from collections import Counter

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from aarokya.common import clock
from wallets.models import Transfer, Wallet, WalletEntry
from wallets.tests.builders import broken_invariants


@pytest.mark.django_db(transaction=True)
def test_some_load_and_a_verification(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("loadgen", "--seconds", "1", "--wallets", "4", "--threads", "4")

    assert "The ledger holds." in capsys.readouterr().out
    assert Transfer.objects.count() > 20
    assert broken_invariants() == {}


@pytest.mark.django_db(transaction=True)
def test_people_with_a_history(capsys: pytest.CaptureFixture[str]) -> None:
    """As many rows as asked for, spread over everybody, in the past and in order; a second run adds others."""
    for _ in range(2):
        call_command("loadgen", "--seed-users", "30", "--seed-transfers", "125")

    assert "The ledger holds." in capsys.readouterr().out
    assert (Wallet.objects.count(), Transfer.objects.count()) == (60, 250)
    assert Counter(Wallet.objects.values_list("entries", flat=True)) == {4: 50, 5: 10}
    assert not Wallet.objects.provisioning_due(clock.now()).exists()
    for wallet in Wallet.objects.all():
        times = list(WalletEntry.objects.filter(wallet=wallet).order_by("number").values_list("at", flat=True))
        assert wallet.created_at < times[0]
        assert times == sorted(times)
        assert times[-1] < clock.now()
    assert broken_invariants() == {}


@pytest.mark.parametrize("words", [("--seed-users", "0"), ("--seed-users", "5", "--seed-transfers", "-1")])
@pytest.mark.django_db
def test_no_people_is_no_run(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="at least"):
        call_command("loadgen", *words)


def test_never_where_money_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SANDBOX", False)

    with pytest.raises(CommandError, match="sandbox"):
        call_command("loadgen", "--seconds", "1")
