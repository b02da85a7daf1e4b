from insurance.admin.benefits import BenefitAdmin, BenefitProviderAdmin
from insurance.admin.patients import MrnAdmin, PatientRegistrationAdmin
from insurance.admin.policies import PolicyAdmin

__all__ = ["BenefitAdmin", "BenefitProviderAdmin", "MrnAdmin", "PatientRegistrationAdmin", "PolicyAdmin"]
