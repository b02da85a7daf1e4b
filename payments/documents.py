"""The receipt as a PDF."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from aarokya.common.clock import IST, ist_day
from aarokya.common.documents import render_pdf
from payments.models import Receipt, RefundStatus

RECEIPT_TEMPLATE = "pdf/receipt.html"
RECEIPT_TITLE = "Payment Receipt"


@dataclass(frozen=True, slots=True)
class ReceiptDocument:
    """What the receipt shows. Amounts in paise; `from_wallet` + `from_gateway` = `amount`; `returned` has gone back since."""

    number: str
    issued_at: datetime
    paid_at: datetime
    payer: str
    phone: str
    description: str
    order_id: str
    reference: str
    transaction_ids: tuple[str, ...]
    amount: int
    from_wallet: int
    from_gateway: int
    returned: int = 0

    @property
    def prepared_on(self) -> date:
        """Day in India."""
        return ist_day(self.issued_at)

    @property
    def paid_on(self) -> date:
        """Day in India."""
        return ist_day(self.paid_at)

    @property
    def paid_time(self) -> str:
        """Hour and minute in India."""
        return f"{self.paid_at.astimezone(IST):%H:%M} IST"

    @property
    def file_name(self) -> str:
        return f"receipt_{self.number.replace('/', '_')}.pdf"


def receipt_document(receipt: Receipt) -> ReceiptDocument:
    """Gather what a receipt shows. What went back is the only thing on it that may change."""
    order = receipt.order
    gone = order.refunds.filter(status=RefundStatus.SUCCESS).aggregate(paise=Sum("amount"))["paise"]
    return ReceiptDocument(
        number=receipt.number,
        issued_at=receipt.issued_at,
        paid_at=order.settled_at or receipt.issued_at,
        payer=receipt.payer,
        phone=order.payer_phone,
        description=order.description,
        order_id=order.order_id,
        reference=f"{order.reference_type.replace('_', ' ')} {order.reference_id}",
        transaction_ids=tuple(order.charges.filter(is_extra=False).values_list("transaction_id", flat=True)),
        amount=order.amount.paise,
        from_wallet=order.wallet_amount.paise,
        from_gateway=order.gateway_amount.paise,
        returned=gone.paise if gone else 0,
    )


def render_receipt(document: ReceiptDocument) -> bytes:
    """Return the receipt as PDF; the same document gives the same bytes. OSError when Pango is missing."""
    return render_pdf(RECEIPT_TEMPLATE, document, title=RECEIPT_TITLE, created_at=document.issued_at)
