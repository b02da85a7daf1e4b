"""The gateway's daily report against our books, in both directions."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from payments.gateways import gateway
from payments.models import Charge, Order, OrderEvent, SettlementFile, SettlementLine, Ticket, TicketKind
from payments.services import settlements
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, topup
from tests import figures

pytestmark = pytest.mark.django_db
HEADER = "type,order_id,reference,amount,fee,utr"


def paid(bank: Bank, customer: User) -> Order:
    order = topup(customer, 10_000)
    bank.outcome(order, "CHARGED")
    return sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)


def line(order: Order, *, amount: str = "100.00", order_id: str = "") -> str:
    return f"PAYMENT,{order_id or order.order_id},{order.charges.get().transaction_id},{amount},1.18,UTR1"


def report(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def take(content: bytes) -> SettlementFile:
    file = settlements.begin(name="report.csv", content=content, now=NOW)
    list(settlements.carry_on(file=file, content=content, now=NOW))
    return file


def test_what_agrees_is_matched_and_nobody_is_called(bank: Bank, customer: User) -> None:
    file = take(report(*[line(paid(bank, customer)) for _ in range(3)]))

    assert [row.outcome for row in file.rows.order_by("number")] == ["MATCHED"] * 3
    assert (Ticket.objects.count(), settlements.unsettled_charges(before=NOW + timedelta(days=2)).count()) == (0, 0)


def test_each_difference_is_a_ticket(bank: Bank, customer: User) -> None:
    order = paid(bank, customer)
    lines = [
        line(order, amount="100.01"),
        line(order),
        line(order),
        line(order, order_id="SOMEBODYELSESORDER12"),
        "PAYMENT,X,unheard-of,5.00,,",
        "NONSENSE,X,Y,5.00,,",
        "PAYMENT,X,Y,1e9,,",
    ]

    file = take(report(*lines))

    outcomes = list(file.rows.order_by("number").values_list("outcome", flat=True))
    assert outcomes == ["AMOUNT_DIFFERS", "MATCHED", "REPEATED", "UNKNOWN", "UNKNOWN", "UNREADABLE", "UNREADABLE"]
    assert Ticket.objects.filter(kind=TicketKind.SETTLEMENT_DIFFERENCE).count() == 6
    figures.note("R3", f"{Ticket.objects.count()} of 6 differences found; a missing charge named")


def test_what_no_report_names_is_found(bank: Bank, customer: User) -> None:
    named, missing = paid(bank, customer), paid(bank, customer)
    take(report(line(named)))

    left = settlements.unsettled_charges(before=NOW + timedelta(days=1))

    assert [charge.order for charge in left] == [missing]


def test_an_interrupted_import_goes_on_where_it_stopped(bank: Bank, customer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settlements, "BATCH", 2)
    content = report(*[line(paid(bank, customer)) for _ in range(5)])
    file = settlements.begin(name="report.csv", content=content, now=NOW)

    next(settlements.carry_on(file=file, content=content, now=NOW))
    half = (SettlementLine.objects.count(), SettlementFile.objects.get().finished_at)
    again = take(content)
    take(content)

    assert half == (2, None)
    assert (again.pk, SettlementLine.objects.count(), Ticket.objects.count()) == (file.pk, 5, 0)
    assert SettlementFile.objects.get().finished_at == NOW


def test_the_command_says_what_differs(bank: Bank, customer: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = paid(bank, customer)
    good, bad, foreign = tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "foreign.csv"
    good.write_bytes(report(line(order)))
    bad.write_bytes(report(line(order, amount="1.00")))
    foreign.write_bytes(b"date,amount\n1,2\n")

    call_command("import_settlement", str(good), "--dry-run")
    assert not SettlementFile.objects.exists()
    call_command("import_settlement", str(good))
    with pytest.raises(SystemExit):
        call_command("import_settlement", str(bad))
    with pytest.raises(CommandError, match="missing columns"):
        call_command("import_settlement", str(foreign))

    output = capsys.readouterr().out
    assert ("1 MATCHED" in output, "1 AMOUNT_DIFFERS" in output) == (True, True)
    assert Charge.objects.count() == 1
