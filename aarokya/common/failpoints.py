"""Places where a process can be made to die, so that tests see what a crash exactly there leaves behind.

`FAILPOINTS` names a folder, in the sandbox only; without it nothing here does anything. A file there named after a point
arms it: the first process to come by removes the file, leaves `<point>.hit` and ends at once, as if it were killed.
"""

import os
from pathlib import Path

from django.conf import settings

KILLED = 137  # what a shell reports after SIGKILL

# Point: what has happened when a process dies there. `@topic` names one kind of message.
POINTS: dict[str, str] = {
    "order.written": "the order is committed, the gateway knows nothing",
    "session.answered": "the gateway has a session, we have not stored it",
    "session.kept": "the session is stored, the client has no answer",
    "wallet.paid": "the wallet has paid inside a transaction that will not commit",
    "webhook.arrived": "a webhook was read and is not stored",
    "webhook.stored": "a webhook is stored and not answered",
    "webhook.followed": "a webhook was acted upon and is not marked so",
    "truth.fetched": "the gateway has said what it knows, we have not applied it",
    "settlement.inside": "the money is credited inside a transaction that will not commit",
    "truth.applied": "the settlement is committed, nobody has been told",
    "receipt.numbered": "a receipt's number is taken inside a transaction that will not commit",
    "refund.marked": "a refund is marked as sent, the gateway knows nothing",
    "refund.answered": "the gateway refunds, we have not stored its answer",
    "mandate.written": "a mandate and its order are committed, the gateway knows nothing",
    "mandate.commanded": "the gateway has obeyed a command about a mandate, we have not stored that",
    "debit.told": "the customer was told of a debit, we have not stored that",
    "debit.ordered": "the order of a debit is committed, the gateway knows nothing",
    "debit.asked": "the gateway will debit, we have not stored that",
    "customer.opened": "the issuer has a customer, we have not stored that",
    "wallet.opened": "the issuer has a wallet, we have not stored that",
    "issuer.posted": "the issuer has a movement on its books, we have not stored that",
    "chunk.given": "contributions are given inside a transaction that will not commit",
    "patient.intended": "the wish to register a patient is committed, the provider knows nothing",
    "patient.registered": "the provider has a patient, we have not stored that",
    "claim.submitted": "the insurer has a claim, we have not stored that",
    "consultation.sealed": "a consultation is paid for and sealed, nobody has been told",
    "consultation.asked": "the doctors' desk has a consultation, we have not stored that",
    "answer.kept": "effect and answer of a request are in a transaction that will not commit",
    "answer.committed": "effect and answer of a request are committed, the client has no answer",
    "relay.claimed": "the relay has claimed messages and handed none over",
    "message.handled@webhook.received": "the message of a webhook is handled and not marked so",
    "message.handled@payment.settled": "the receipt is written, its message not marked as handled",
    "message.handled@payment.refund_due": "a refund is sent, its message not marked as handled",
    "message.handled@wallet.credited": "the issuer has loaded the wallet, the message is not marked as handled",
    "message.handled@wallet.debited": "the issuer has debited the wallet, the message is not marked as handled",
}


def reach(name: str) -> None:
    """Die here if this point is armed."""
    if settings.FAILPOINTS:
        die_if_armed(Path(settings.FAILPOINTS), name)


def die_if_armed(folder: Path, name: str) -> None:
    try:
        (folder / name).unlink()
    except FileNotFoundError:
        return
    (folder / f"{name}.hit").touch()
    os._exit(KILLED)
