from insurance.models.catalogue import Benefit, BenefitProvider, BenefitVersion, PlanVariant
from insurance.models.choices import (
    BenefitStatus,
    BenefitType,
    CollectFrom,
    DurationUnit,
    MrnStatus,
    PaymentPlan,
    PolicyStatus,
    PremiumStatus,
    ProviderStatus,
    RegistrationStatus,
    ReminderKind,
)
from insurance.models.claims import (
    WITH_INSURER,
    Claim,
    ClaimAuthor,
    ClaimDecision,
    ClaimDocument,
    ClaimDocumentKind,
    ClaimMessage,
    ClaimStatus,
    ClaimWebhook,
)
from insurance.models.documents import DocumentKind, IssuedDocument, PolicyIssue
from insurance.models.eligibility import Eligibility
from insurance.models.patients import Mrn, PatientRegistration
from insurance.models.policies import IN_TERM, ISSUED, LIVE, Policy, PolicyMember, PremiumPayment
from insurance.models.reminders import PolicyReminder
from insurance.models.uses import OrderUse

__all__ = [
    "IN_TERM",
    "ISSUED",
    "LIVE",
    "WITH_INSURER",
    "Benefit",
    "BenefitProvider",
    "BenefitStatus",
    "BenefitType",
    "BenefitVersion",
    "Claim",
    "ClaimAuthor",
    "ClaimDecision",
    "ClaimDocument",
    "ClaimDocumentKind",
    "ClaimMessage",
    "ClaimStatus",
    "ClaimWebhook",
    "CollectFrom",
    "DocumentKind",
    "DurationUnit",
    "Eligibility",
    "IssuedDocument",
    "Mrn",
    "MrnStatus",
    "OrderUse",
    "PatientRegistration",
    "PaymentPlan",
    "PlanVariant",
    "Policy",
    "PolicyIssue",
    "PolicyMember",
    "PolicyReminder",
    "PolicyStatus",
    "PremiumPayment",
    "PremiumStatus",
    "ProviderStatus",
    "RegistrationStatus",
    "ReminderKind",
]
