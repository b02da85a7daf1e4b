from insurance.admin.benefits import BenefitAdmin, BenefitProviderAdmin
from insurance.admin.claims import ClaimAdmin
from insurance.admin.patients import MrnAdmin, PatientRegistrationAdmin
from insurance.admin.policies import PolicyAdmin

__all__ = ["BenefitAdmin", "BenefitProviderAdmin", "ClaimAdmin", "MrnAdmin", "PatientRegistrationAdmin", "PolicyAdmin"]
