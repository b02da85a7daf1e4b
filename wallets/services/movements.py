"""Money into and out of wallets. Every verb names its effect by a business key and may be repeated without doubling it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from aarokya.common.errors import Detail
from aarokya.common.ids import effect_id
from aarokya.common.money import Money
from wallets import selectors
from wallets.errors import OutsideHealthcare
from wallets.models import Direction
from wallets.services.accounts import ContraRef, contra
from wallets.services.ledger import WALLET_OF_USER, Posted, post
from wallets.services.prepared import Value

GATEWAY = "juspay"


def credit_topup(*, user_id: UUID, order_id: str, amount: Money, now: datetime) -> Posted:
    """Credit a charged top-up to the user's own money and use up its reserved head-room.

    LimitReached when the limits do not allow it (any more), WalletNotUsable when the wallet is frozen, closed or
    blocked: the money must then go back to its source, and the order stays refused.
    """
    return credit(
        user_id=user_id,
        source=contra("gateway_clearing", GATEWAY, name="Top-up"),
        amount=amount,
        purpose="TOPUP",
        business_key=f"topup:{order_id}",
        reference_type="ORDER",
        reference_id=order_id,
        now=now,
    )


def credit_gift(*, user_id: UUID, order_id: str, amount: Money, giver: str, now: datetime) -> Posted:
    """Credit what a third party paid through the gateway as others' money, and use up its reserved head-room. Errors as above."""
    return credit(
        user_id=user_id,
        source=replace(contra("gateway_clearing", GATEWAY, name="Top-up"), name=giver),
        amount=amount,
        purpose="GIFT",
        business_key=f"topup:{order_id}",  # an order credits once, whatever it is for
        reference_type="ORDER",
        reference_id=order_id,
        now=now,
    )


def credit(
    *,
    user_id: UUID,
    source: ContraRef,
    amount: Money,
    purpose: str,
    business_key: str,
    reference_type: str,
    reference_id: str,
    now: datetime,
    note: str = "",
    group_id: UUID | None = None,
) -> Posted:
    """Move `amount` from `source` into the pool that `purpose` fills (own for TOPUP, others' for CONTRIBUTION and GIFT)."""
    transfer_id = effect_id(business_key)
    values: list[Value] = [transfer_id, user_id, Direction.CREDIT.value, amount.paise, source.id, purpose]
    values += [reference_type, reference_id, group_id, source.name, note, now]
    return post(transfer_id, "ledger_post", values, wallet=WALLET_OF_USER)


def pay(
    *,
    user_id: UUID,
    payee: ContraRef,
    amount: Money,
    purpose: str,
    business_key: str,
    reference_type: str,
    reference_id: str,
    now: datetime,
    note: str = "",
    group_id: UUID | None = None,
) -> Posted:
    """Pay `payee` from what is not held, others' money first.

    InsufficientBalance; OutsideHealthcare when the ring-fence has no row for this purpose and payee; WalletNotUsable;
    EffectMismatch when `business_key` named another payment before.
    """
    transfer_id = effect_id(business_key)
    values: list[Value] = [transfer_id, user_id, Direction.DEBIT.value, amount.paise, payee.id, purpose]
    values += [reference_type, reference_id, group_id, payee.name, note, now]
    return post(transfer_id, "ledger_post", values, wallet=WALLET_OF_USER)


def pay_payee(
    *,
    user_id: UUID,
    payee_id: UUID,
    amount: Money,
    purpose: str,
    reference_id: str,
    business_key: str,
    now: datetime,
    note: str = "",
) -> Posted:
    """Pay a registered merchant. NotFound; OutsideHealthcare, saying what the merchant is, when the ring-fence refuses."""
    payee = selectors.payee(payee_id)
    try:
        return pay(
            user_id=user_id,
            payee=ContraRef(payee.pk, payee.name),
            amount=amount,
            purpose=purpose,
            business_key=business_key,
            reference_type="PAYEE",
            reference_id=reference_id,
            now=now,
            note=note,
        )
    except OutsideHealthcare as refused:
        words = f"{payee.name} is registered under {payee.merchant_category}: the purpose {purpose} does not cover that"
        raise OutsideHealthcare(details=(Detail("payee_id", "NOT_ALLOWED", words),)) from refused


def refund(*, transfer_id: UUID, amount: Money, business_key: str, now: datetime, note: str = "") -> Posted:
    """Give back all or a part of a payment, own money first, each pool at most what it gave; or take a top-up back.

    AboveRefundable when earlier refunds leave less; InsufficientBalance when a top-up's money has been spent.
    """
    refund_id = effect_id(business_key)
    values: list[Value] = [refund_id, transfer_id, amount.paise, note, now]
    return post(refund_id, "ledger_refund", values)
