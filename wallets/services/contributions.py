"""Others' money into a wallet, out of a sponsor's pot."""

from datetime import datetime
from uuid import UUID

from aarokya.common.ids import effect_id
from aarokya.common.money import Money
from wallets.models import Sponsor
from wallets.services.ledger import WALLET_OF_USER, Posted, post
from wallets.services.prepared import Value
from wallets.services.sponsors import active


def contribute(
    *, sponsor_id: UUID, user_id: UUID, amount: Money, reference: str, now: datetime, note: str = "", reference_type: str = ""
) -> Posted:
    """Give `amount` once per sponsor and `reference`.

    SponsorNotFound, SponsorNotActive, PotEmpty; LimitReached, WalletNotUsable and NotFound of the wallet; EffectMismatch when
    the reference gave something else before.
    """
    return give(
        active(sponsor_id), user_id=user_id, amount=amount, reference=reference, note=note, reference_type=reference_type, now=now
    )


def give(
    sponsor: Sponsor,
    *,
    user_id: UUID,
    amount: Money,
    reference: str,
    now: datetime,
    note: str = "",
    reference_type: str = "",
    attempt: int = 0,
) -> Posted:
    """The call itself, for who has looked at the sponsor already. A new `attempt` follows a refusal that the ledger keeps."""
    transfer_id = effect_id(f"contribution:{sponsor.pk}:{attempt}:{reference}")
    values: list[Value] = [transfer_id, user_id, amount.paise, sponsor.contra_id]
    values += [reference_type or "CONTRIBUTION", reference, None]
    return post(transfer_id, "ledger_contribute", [*values, sponsor.name, note, now], wallet=WALLET_OF_USER)
