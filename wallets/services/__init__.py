"""The verbs of the wallet: every function that moves money or changes a wallet."""

from wallets.services.accounts import ContraRef, contra, register_payee
from wallets.services.contributions import contribute
from wallets.services.holds import capture, hold, release, release_expired
from wallets.services.incoming import release_incoming, reserve_incoming
from wallets.services.ledger import Posted
from wallets.services.movements import credit, credit_gift, credit_topup, pay, pay_payee, refund
from wallets.services.standing import set_standing, set_tier

__all__ = [
    "ContraRef",
    "Posted",
    "capture",
    "contra",
    "contribute",
    "credit",
    "credit_gift",
    "credit_topup",
    "hold",
    "pay",
    "pay_payee",
    "refund",
    "register_payee",
    "release",
    "release_expired",
    "release_incoming",
    "reserve_incoming",
    "set_standing",
    "set_tier",
]
