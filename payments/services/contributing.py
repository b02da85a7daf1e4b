"""A third party pays into somebody's wallet: an order whose payer is not its user."""

from datetime import datetime
from uuid import UUID

from aarokya.common.errors import NotFound
from aarokya.common.money import Money
from accounts.errors import BeneficiaryDisabled
from accounts.models import ContributorGrant
from payments.gateways.base import Gateway
from payments.models import Order, PaymentMethod
from payments.services import sessions
from payments.services.orders import Wish
from wallets.errors import LimitReached, WalletNotUsable

TYPE = "CONTRIBUTION"
NOT_NOW = "This person cannot receive this contribution now"


def start(*, grant_id: UUID, amount: Money, row_id: UUID, gateway: Gateway, now: datetime) -> Order:
    """Open the order and its session; the same row id resumes.

    BeneficiaryDisabled when the wallet may not take this much: how full it is, is nobody else's business. UpstreamError.
    """
    grant = ContributorGrant.objects.get(pk=grant_id)
    wish = Wish(
        user_id=grant.beneficiary_id,
        type=TYPE,
        amount=amount,
        policy_id=None,
        payment_method=PaymentMethod.GATEWAY,
        grant_id=grant.pk,
    )
    try:
        return sessions.start(wish, row_id=row_id, gateway=gateway, now=now)
    except (LimitReached, WalletNotUsable) as refused:
        raise BeneficiaryDisabled(NOT_NOW) from refused
    except NotFound as no_wallet:
        raise BeneficiaryDisabled(NOT_NOW) from no_wallet


def order_of(*, grant_id: UUID, order_id: str) -> Order:
    """Return the order that was made with this grant; NotFound for all others."""
    order = Order.objects.filter(order_id=order_id, grant_id=grant_id).first()
    if order is None:
        raise NotFound
    return order
