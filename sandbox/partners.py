"""Who is simulated and what can be asked of them: the one list behind routing, the log, faults and the index page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """One call a partner offers, as the log and the faults name it."""

    name: str
    request: str
    does: str


@dataclass(frozen=True, slots=True)
class System:
    """One simulated system. `partner` is the name it has in the log; faults accept `partner` and `name`."""

    name: str
    partner: str
    title: str
    operations: tuple[Operation, ...]


SYSTEMS = (
    System(
        "juspay",
        "juspay",
        "Juspay: payments and mandates",
        (
            Operation("session", "POST /juspay/session", "opens an order and its payment page"),
            Operation("order_status", "GET /juspay/orders/{order_id}", "the truth about an order"),
            Operation("refund", "POST /juspay/orders/{order_id}/refunds", "refunds an order, wholly or in part"),
            Operation("txn_refund", "POST /juspay/refunds", "refunds one of an order's transactions"),
            Operation("mandate", "POST /juspay/mandates/{mandate_id}", "notify, revoke, pause, resume, cancel a debit"),
            Operation("mandate_status", "GET /juspay/mandates/{mandate_id}", "the truth about a mandate"),
            Operation("notification", "GET /juspay/notifications/{object_reference_id}", "was the customer told?"),
            Operation("txn", "POST /juspay/txns", "debits a mandate"),
        ),
    ),
    System(
        "razorpay",
        "razorpay",
        "Razorpay: payments",
        (
            Operation("order_create", "POST /razorpay/v1/orders", "opens an order"),
            Operation("order_search", "GET /razorpay/v1/orders?receipt=", "finds orders by our id"),
            Operation("order_status", "GET /razorpay/v1/orders/{order_id}", "the truth about an order"),
            Operation("order_payments", "GET /razorpay/v1/orders/{order_id}/payments", "the attempts to pay it"),
            Operation("refund", "POST /razorpay/v1/payments/{payment_id}/refund", "refunds a payment, wholly or in part"),
            Operation("payment_refunds", "GET /razorpay/v1/payments/{payment_id}/refunds", "the refunds of a payment"),
        ),
    ),
    System(
        "stripe",
        "stripe",
        "Stripe: payments",
        (
            Operation("intent_create", "POST /stripe/v1/payment_intents", "opens a payment"),
            Operation("intent_status", "GET /stripe/v1/payment_intents/{id}", "the truth about a payment"),
            Operation("intent_list", "GET /stripe/v1/payment_intents", "the youngest payments"),
            Operation("refund", "POST /stripe/v1/refunds", "refunds a payment, wholly or in part"),
            Operation("refund_list", "GET /stripe/v1/refunds?payment_intent=", "the refunds of a payment"),
        ),
    ),
    System(
        "issuer",
        "juspay",
        "Wallet issuer: Juspay with Transcorp",
        (
            Operation("customer", "POST /issuer/customers", "creates a customer"),
            Operation("customer_search", "GET /issuer/customers?customer_ref=", "finds customers by our reference"),
            Operation("wallet", "POST /issuer/wallets", "creates a wallet"),
            Operation("wallet_status", "GET /issuer/wallets/{wallet_id}", "status and balance"),
            Operation("wallet_load", "POST /issuer/wallets/{wallet_id}/loads", "adds money"),
            Operation("wallet_debit", "POST /issuer/wallets/{wallet_id}/debits", "takes money"),
            Operation("wallet_reversal", "POST /issuer/wallets/{wallet_id}/reversals", "undoes a load or a debit"),
            Operation("operation", "GET /issuer/operations/{operation_id}", "what became of one of our calls"),
        ),
    ),
    System(
        "narayana",
        "narayana",
        "Narayana Health: patients, plans and claims",
        (
            Operation("patient_search", "POST /narayana/patients/search", "finds patients by name and date of birth"),
            Operation("patient_register", "POST /narayana/patients", "registers a patient"),
            Operation("plans", "GET /narayana/plans", "the plan catalogue"),
            Operation("claim_submit", "POST /narayana/claims", "takes a claim"),
            Operation("claim_status", "GET /narayana/claims/{claim_id}", "the truth about a claim"),
            Operation("claim_document", "POST /narayana/claims/{claim_id}/documents", "takes one document of a claim"),
            Operation("claim_answer", "POST /narayana/claims/{claim_id}/answers", "takes an answer to a query"),
        ),
    ),
    System(
        "aathma",
        "aathma",
        "Aathma: doctors and the on-call desk",
        (
            Operation("consultation", "POST /aathma/consultations", "asks for a doctor"),
            Operation("consultation_status", "GET /aathma/consultations/{id}", "the truth about a consultation"),
            Operation("cancel", "POST /aathma/consultations/{id}/cancel", "the patient cannot come"),
            Operation("addendum", "POST /aathma/consultations/{id}/addenda", "what the patient added"),
            Operation("feedback", "POST /aathma/consultations/{id}/feedback", "how it was"),
            Operation("alert", "POST /aathma/alerts", "wakes the on-call desk"),
        ),
    ),
    System(
        "nama",
        "nama",
        "Nama: the chat model",
        (Operation("chat", "POST /nama/chat/completions", "words the next question"),),
    ),
    System(
        "gupshup",
        "sms",
        "SMS: Gupshup Enterprise",
        (Operation("send", "POST /sms/gupshup/GatewayAPI/rest", "sends one templated text"),),
    ),
    System(
        "msg91",
        "sms",
        "SMS: MSG91",
        (Operation("send", "POST /sms/msg91/api/v5/flow", "sends a flow's text to its recipients"),),
    ),
    System(
        "valuefirst",
        "sms",
        "SMS: ValueFirst",
        (
            Operation("token", "POST /sms/valuefirst/psms/api/messages/token", "gives a week's bearer token"),
            Operation("send", "POST /sms/valuefirst/psms/servlet/psms.JsonEservice", "sends one templated text"),
        ),
    ),
)


def names() -> set[str]:
    """Every name a fault or a log filter may give as `partner`."""
    return {system.name for system in SYSTEMS} | {system.partner for system in SYSTEMS}


def operations_of(partner: str) -> set[str]:
    """The operations of a partner, or of one of its systems."""
    return {operation.name for system in SYSTEMS if partner in {system.name, system.partner} for operation in system.operations}
