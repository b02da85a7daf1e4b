"""`loadgen` moves money for a while and ends with a ledger that holds."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from wallets.models import Transfer
from wallets.tests.builders import broken_invariants


@pytest.mark.django_db(transaction=True)
def test_some_load_and_a_verification(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("loadgen", "--seconds", "1", "--wallets", "4", "--threads", "4")

    assert "The ledger holds." in capsys.readouterr().out
    assert Transfer.objects.count() > 20
    assert broken_invariants() == {}


def test_never_where_money_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SANDBOX", False)

    with pytest.raises(CommandError, match="sandbox"):
        call_command("loadgen", "--seconds", "1")
