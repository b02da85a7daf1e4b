"""What can go wrong in insurance, by the numbers that clients switch on."""

from aarokya.common.errors import DomainError


class ProviderInternalError(DomainError):
    code = "BPE-400"
    message = "Something went wrong on our side"
    status = 500


class ProviderNotFound(DomainError):
    code = "BPE-401"
    message = "Benefit provider not found"
    status = 404


class ProviderNameTaken(DomainError):
    code = "BPE-402"
    message = "A benefit provider of this name exists"
    status = 409


class ProviderInvalid(DomainError):
    code = "BPE-403"
    message = "The benefit provider is not valid"
    status = 400


class BenefitInternalError(DomainError):
    code = "BE-500"
    message = "Something went wrong on our side"
    status = 500


class BenefitNotFound(DomainError):
    code = "BE-501"
    message = "Benefit not found"
    status = 404


class BenefitNameTaken(DomainError):
    code = "BE-502"
    message = "The provider has a benefit of this name"
    status = 409


class BenefitTypeMismatch(DomainError):
    code = "BE-503"
    message = "benefit_details does not match benefit_type"
    status = 400


class BenefitProviderUnavailable(DomainError):
    code = "BE-504"
    message = "Benefit provider not found or inactive"
    status = 404


class BenefitInvalid(DomainError):
    code = "BE-505"
    message = "The benefit is not valid"
    status = 400


class MrnInternalError(DomainError):
    code = "MR-900"
    message = "Something went wrong on our side"
    status = 500


class MrnNotFound(DomainError):
    code = "MR-901"
    message = "MRN not found or inactive"
    status = 404


class MrnOfAnotherUser(DomainError):
    code = "MR-902"
    message = "The dependant belongs to another user"
    status = 403


class MrnExists(DomainError):
    code = "MR-903"
    message = "The dependant has an active MRN at this provider"
    status = 409


class MrnDependantNotFound(DomainError):
    code = "MR-904"
    message = "Dependant not found or inactive"
    status = 404


class MrnProviderNotFound(DomainError):
    code = "MR-905"
    message = "Benefit provider not found or inactive"
    status = 404


class MrnBadUuid(DomainError):
    code = "MR-906"
    message = "Invalid UUID in request"
    status = 400


class PolicyInternalError(DomainError):
    code = "IP-1000"
    message = "Internal server error"
    status = 500


class PolicyNotFound(DomainError):
    code = "IP-1001"
    message = "Insurance policy not found"
    status = 404


class InsuranceBenefitNotFound(DomainError):
    code = "IP-1002"
    message = "Benefit not found or inactive"
    status = 404


class NotAnInsuranceBenefit(DomainError):
    code = "IP-1003"
    message = "Benefit is not of type insurance_policy"
    status = 400


class BenefitIncomplete(DomainError):
    code = "IP-1004"
    message = "Benefit is missing a required insurance field"
    status = 400


class MemberNotFound(DomainError):
    code = "IP-1005"
    message = "Dependant not found or inactive"
    status = 404


class MemberOfAnotherUser(DomainError):
    code = "IP-1006"
    message = "Dependant does not belong to the requesting user"
    status = 400


class NomineeNotFound(DomainError):
    code = "IP-1007"
    message = "Nominee dependant not found or inactive"
    status = 404


class PolicyExists(DomainError):
    code = "IP-1008"
    message = "User already has an active policy for this benefit"
    status = 409


class PlanVariantNotAvailable(DomainError):
    code = "IP-1009"
    message = "This combination of members is not on offer"
    status = 400


class PolicyInvalid(DomainError):
    code = "IP-1010"
    message = "Validation error"
    status = 400


class PolicyBadUuid(DomainError):
    code = "IP-1011"
    message = "Invalid UUID in request"
    status = 400


class PolicyForbidden(DomainError):
    code = "IP-1012"
    message = "Forbidden"
    status = 403


class GenderNotAccepted(DomainError):
    code = "IP-1013"
    message = "Member gender is other: Narayana requires male or female"
    status = 400


class PatientRegistrationFailed(DomainError):
    code = "IP-1014"
    message = "Upstream insurance-provider patient registration failed"
    status = 502


class NomineeRequired(DomainError):
    code = "IP-1015"
    message = "A nominee is required for this plan"
    status = 400


class RenewalNotOpen(DomainError):
    code = "IP-1017"
    message = "This policy cannot be renewed now"
    status = 409


class PolicyNotIssued(DomainError):
    code = "IP-1016"
    message = "The insurer has not issued this policy yet"
    status = 409


class QuoteExpired(DomainError):
    code = "IP-1018"
    message = "The quote is older than 24 hours; ask for a new preview"
    status = 409


class QuoteChanged(DomainError):
    code = "IP-1019"
    message = "The price is not the one quoted"
    status = 409


class OrderNotPaid(DomainError):
    code = "IP-1020"
    message = "This order does not pay for the policy"
    status = 409


class OrderUsed(DomainError):
    code = "IP-1021"
    message = "This order has bought another policy"
    status = 409


class PlanNotFound(DomainError):
    code = "IP-1022"
    message = "Plan not found or no longer on offer"
    status = 404


class ClaimInternalError(DomainError):
    code = "CL-1100"
    message = "Something went wrong on our side"
    status = 500


class ClaimNotFound(DomainError):
    code = "CL-1101"
    message = "Claim or document not found"
    status = 404


class ClaimInvalid(DomainError):
    code = "CL-1102"
    message = "The claim is not valid"
    status = 400


class ClaimBadUuid(DomainError):
    code = "CL-1103"
    message = "Invalid UUID in request"
    status = 400


class NotCovered(DomainError):
    code = "CL-1104"
    message = "The policy did not cover that day"
    status = 409


class PatientNotCovered(DomainError):
    code = "CL-1105"
    message = "The patient is not a member of this policy"
    status = 400


class FileTooLarge(DomainError):
    code = "CL-1106"
    message = "The file is too large"
    status = 413


class FileTypeRefused(DomainError):
    code = "CL-1107"
    message = "Only PDF, JPEG and PNG files are taken"
    status = 415


class TooManyDocuments(DomainError):
    code = "CL-1108"
    message = "The claim has as many documents as it may have"
    status = 409


class DocumentsMissing(DomainError):
    code = "CL-1109"
    message = "Add at least one document before submitting"
    status = 409
