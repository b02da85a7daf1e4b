from insurance.models.catalogue import Benefit, BenefitProvider, BenefitVersion, PlanVariant
from insurance.models.choices import (
    BenefitStatus,
    BenefitType,
    DurationUnit,
    MrnStatus,
    PaymentPlan,
    PolicyStatus,
    PremiumStatus,
    ProviderStatus,
    RegistrationStatus,
)
from insurance.models.documents import DocumentKind, IssuedDocument, PolicyIssue
from insurance.models.patients import Mrn, PatientRegistration
from insurance.models.policies import ISSUED, LIVE, Policy, PolicyMember, PremiumPayment

__all__ = [
    "ISSUED",
    "LIVE",
    "Benefit",
    "BenefitProvider",
    "BenefitStatus",
    "BenefitType",
    "BenefitVersion",
    "DocumentKind",
    "DurationUnit",
    "IssuedDocument",
    "Mrn",
    "MrnStatus",
    "PatientRegistration",
    "PaymentPlan",
    "PlanVariant",
    "Policy",
    "PolicyIssue",
    "PolicyMember",
    "PolicyStatus",
    "PremiumPayment",
    "PremiumStatus",
    "ProviderStatus",
    "RegistrationStatus",
]
