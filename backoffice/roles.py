"""What each group of staff may do: exactly this, on every database, after every migrate."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from accounts.models import StaffGroup

PEOPLE = ("accounts.view_user", "accounts.view_dependant", "accounts.view_usersession")
POLICIES = (
    "insurance.view_policy",
    "insurance.view_benefit",
    "insurance.view_benefitprovider",
    "insurance.view_claim",
    "insurance.view_mrn",
    "insurance.view_patientregistration",
)
ORDERS = (
    "payments.view_order",
    "payments.view_orderevent",
    "payments.view_refund",
    "payments.view_receipt",
    "payments.view_mandate",
)
LEDGER = (
    "wallets.view_wallet",
    "wallets.view_transfer",
    "wallets.view_transferrefusal",
    "wallets.view_hold",
    "wallets.view_incomingreservation",
    "wallets.view_contraaccount",
    "wallets.view_difference",
    "wallets.view_adjustment",
    "wallets.view_withdrawal",
    "wallets.view_settlement",
    "payments.view_mandateexecution",
    "payments.view_settlementline",
    "payments.view_ticket",
    "backoffice.see_float",
)
APPROVALS = ("approvals.view_request", "approvals.view_limit", "approvals.view_delegation", "backoffice.view_export")
MACHINERY = ("payments.view_webhookinbox", "common.view_outboxmessage")

PERMISSIONS: dict[StaffGroup, frozenset[str]] = {
    StaffGroup.OPS: frozenset(
        {
            *PEOPLE,
            *POLICIES,
            *ORDERS,
            *MACHINERY,
            *APPROVALS,
            "accounts.view_platform",
            "wallets.view_wallet",
            "wallets.view_contraaccount",
            "doctor.view_emergencyalert",
            "doctor.view_assignment",
            "doctor.view_consultationgrant",
            "doctor.view_aathmawebhook",
            "backoffice.view_activationbatch",
            "backoffice.replay_message",
            "backoffice.reveal_person",
            "backoffice.impersonate_person",
        }
    ),
    StaffGroup.FINANCE: frozenset({"accounts.view_user", *POLICIES, *ORDERS, *LEDGER, *MACHINERY, *APPROVALS}),
    StaffGroup.SUPPORT: frozenset(
        {*PEOPLE, *POLICIES, *ORDERS, "wallets.view_wallet", "backoffice.reveal_person", "backoffice.impersonate_person"}
    ),
    StaffGroup.AUDITOR: frozenset(
        {
            *PEOPLE,
            *POLICIES,
            *ORDERS,
            *LEDGER,
            *MACHINERY,
            *APPROVALS,
            "accounts.view_platform",
            "accounts.view_staff",
            "common.view_auditentry",
            "backoffice.view_auditanchor",
            "backoffice.view_impersonation",
            "backoffice.view_activationbatch",
        }
    ),
}


@transaction.atomic
def install() -> None:
    """Give each group exactly its permissions; what somebody added by hand is taken away."""
    for name, wanted in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=name.value)
        group.permissions.set(found(wanted))


def found(wanted: frozenset[str]) -> list[Permission]:
    """Return the permissions that exist: in the middle of a migration some do not yet."""
    names = Q()
    for name in wanted:
        app, codename = name.split(".")
        names |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(names))
