"""Our movements on the issuer's books. Ours are the truth for users; the issuer holds the regulated money."""

from datetime import datetime, timedelta
from uuid import UUID

from aarokya.common import failpoints
from aarokya.common.outbox import RetryAt
from wallets import selectors
from wallets.gateways.base import Issuer
from wallets.models import PROVISIONING_OPEN, IssuerPosting, Transfer, Wallet

SOON = timedelta(seconds=10)  # the wallet is being opened
LATER = timedelta(minutes=10)  # opening has failed: a person has to act first


def mirror(*, transfer_id: UUID, issuer: Issuer, now: datetime) -> None:
    """Post a transfer at the issuer under its own id, once. RetryAt while the issuer has no wallet yet; PartnerError."""
    if IssuerPosting.objects.filter(pk=transfer_id).exists():
        return
    transfer = selectors.transfer(transfer_id)
    wallet = transfer.wallet
    if wallet.transcorp_wallet_id is None:
        raise RetryAt(now + (SOON if wallet.status in PROVISIONING_OPEN else LATER))
    operation = post_at(issuer, wallet, transfer)
    failpoints.reach("issuer.posted")
    IssuerPosting.objects.bulk_create([IssuerPosting(transfer=transfer, operation=operation, at=now)], ignore_conflicts=True)


def post_at(issuer: Issuer, wallet: Wallet, transfer: Transfer) -> str:
    """Call the issuer and return the name of the operation."""
    issuer_id = wallet.transcorp_wallet_id or ""
    if transfer.reverses_id is not None:
        issuer.reverse(operation_id=transfer.pk, wallet_id=issuer_id, amount=transfer.amount, reverses=transfer.reverses_id)
        return "reversal"
    if transfer.direction > 0:
        issuer.load(operation_id=transfer.pk, wallet_id=issuer_id, amount=transfer.amount)
        return "load"
    issuer.debit(operation_id=transfer.pk, wallet_id=issuer_id, amount=transfer.amount)
    return "debit"
