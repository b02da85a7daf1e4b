"""Who listens to what, and which code settles which payment: data only, names resolved when used.

Apps import downwards only; what must travel up is written here as a dotted name.
"""

# Run inside the transaction of the event: for rows that must exist from the first moment.
IMMEDIATE: dict[str, tuple[str, ...]] = {
    "user.registered": ("wallets.handlers.open_wallet",),
    "person.seen": ("accounts.handlers.note_access",),  # by staff: what was shown and what was noted stand or fall together
}

# Delivered after the commit, at least once, through the outbox.
EVENTS: dict[str, tuple[str, ...]] = {
    "otp.requested": ("accounts.handlers.send_code",),
    "notice.owed": ("accounts.handlers.send_notice",),
    "session.ended": ("accounts.handlers.announce_end",),  # only when Redis could not be told at once
    "user.registered": ("wallets.handlers.provision",),
    "wallet.provisioning_due": ("wallets.handlers.provision",),
    "wallet.credited": ("wallets.handlers.load_issuer",),
    "wallet.debited": ("wallets.handlers.debit_issuer",),
    "contributions.due": ("wallets.handlers.give_contributions",),
    "adjustment.approved": ("wallets.handlers.correct_issuer",),
    "webhook.received": ("payments.handlers.process_webhook",),
    "payment.check_due": ("payments.handlers.check_order",),
    "payment.settled": ("payments.handlers.issue_receipt",),
    "mandate.step_due": ("payments.handlers.step_debit",),
    "mandate.debit_cancel_due": ("payments.handlers.cancel_debit",),
    "mandate.command_due": ("payments.handlers.command_mandate",),
    "payment.refund_due": ("payments.handlers.execute_refund",),
    "person.changed": ("insurance.handlers.require_reissuance", "insurance.handlers.recalculate_eligibility"),
    "policy.renewal_reminder": ("insurance.handlers.text_reminder",),
    "policy.premium_reminder": ("insurance.handlers.text_unpaid",),
    "policy.lapsed": ("insurance.handlers.text_lapse",),
    "policy.activated": ("insurance.handlers.text_activation",),
    "mandate.paused": ("payments.handlers.text_pause",),
    "mandate.debit_announced": ("payments.handlers.text_debit_ahead",),
    "mandate.debit_failed": ("payments.handlers.text_debit_failed",),
    "mandate.ended": ("payments.handlers.text_end",),
    "policy.rejected": ("insurance.handlers.give_back",),
    "claim.submitted": ("insurance.handlers.forward_claim",),
    "claim.answered": ("insurance.handlers.forward_claim_answer",),
    "claim.noticed": ("insurance.handlers.look_at_claim",),
    "doctor.submitted": ("doctor.handlers.forward",),
    "doctor.check_due": ("doctor.handlers.check",),
    "doctor.webhook_received": ("doctor.handlers.process_webhook",),
    "doctor.emergency": ("doctor.handlers.alert_on_call",),
    "doctor.addendum_added": ("doctor.handlers.forward_addendum",),
    "doctor.feedback_given": ("doctor.handlers.forward_feedback",),
    "export.due": ("backoffice.handlers.make_export",),
    "activations.due": ("backoffice.handlers.apply_activations",),
    "doctor.cancelled_by_patient": ("doctor.handlers.forward_cancellation",),
}

# Somebody waits for these on a screen: they pass whatever else is queued, and have workers of their own beside the rest.
URGENT: frozenset[str] = frozenset({"otp.requested", "session.ended", "webhook.received", "doctor.emergency"})

# What a payment order may be for, and the object that prepares and settles it.
PAYMENT_PURPOSES: dict[str, str] = {
    "WALLET_TOPUP": "payments.purposes.topup.PURPOSE",
    "INSURANCE_PREMIUM": "insurance.premiums.PURPOSE",
    "CONTRIBUTION": "payments.purposes.contribution.PURPOSE",
}
# What third parties pay with a contributor token, and nobody else.
PAID_BY_CONTRIBUTORS: frozenset[str] = frozenset({"CONTRIBUTION"})

# Acts that take two people, and the object that carries each out: see approvals.kinds.
APPROVALS: dict[str, str] = {
    "REFUND": "payments.approvals.REFUND",
    "PAYOUT": "wallets.approvals.PAYOUT",
    "SETTLEMENT": "wallets.approvals.SETTLEMENT",
    "ADJUSTMENT": "wallets.approvals.ADJUSTMENT",
    "PLAN": "insurance.approvals.PLAN",
    "EXPORT": "backoffice.approvals.EXPORT",
    "UNMASK": "backoffice.approvals.UNMASK",
    "LIMIT": "approvals.acts.LIMIT",
}

# What each app holds about a person: see aarokya.common.personal_data. From the top down.
PERSONAL_DATA: tuple[str, ...] = (
    "doctor.personal_data.HOLDER",
    "insurance.personal_data.HOLDER",
    "payments.personal_data.HOLDER",
    "wallets.personal_data.HOLDER",
    "accounts.personal_data.HOLDER",
)

# Who knows of policies that cover a person, and of consultation benefits: asked through aarokya.common.entitlements.
ENTITLEMENTS: tuple[str, ...] = ("insurance.entitlements.covers",)
CONSULTATION_BENEFITS: tuple[str, ...] = ("insurance.entitlements.consultation_benefit",)

# What wallet money may be for above the wallet, by the kind in `<kind>:<uuid>`: the object that knows it.
BENEFIT_ENTITIES: dict[str, str] = {
    "insurance_policy": "insurance.entities.POLICIES",
}
