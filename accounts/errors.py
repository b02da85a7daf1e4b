"""What can go wrong around people and access. The `…00` of each block is a bug of ours behind that endpoint."""

from aarokya.common.errors import DomainError, InvalidInput, NotFound

# --- Users ----------------------------------------------------------------------------------------------------------


class UserInternalError(DomainError):
    code = "UE-100"
    message = "Something went wrong on our side"
    status = 500


class UserNotFound(NotFound):
    code = "UE-101"
    message = "There is no such user"
    status = 404


class InvalidUser(InvalidInput):
    code = "UE-102"
    message = "These details are not possible"
    status = 400


class PersonalDataUnreadable(DomainError):
    """A lost encryption key or a tampered row."""

    code = "UE-103"
    message = "Personal data could not be decrypted; our people have been told"
    status = 500


class UnderAge(DomainError):
    code = "UE-104"
    message = "A member must be 18 or older"
    status = 400


# --- Platforms ------------------------------------------------------------------------------------------------------


class PlatformInternalError(DomainError):
    code = "PE-200"
    message = "Something went wrong on our side"
    status = 500


class PlatformNotFound(NotFound):
    code = "PE-201"
    message = "There is no such platform"
    status = 404


class PlatformNameTaken(DomainError):
    code = "PE-202"
    message = "A platform with this name exists"
    status = 409


class InvalidPlatform(InvalidInput):
    code = "PE-203"
    message = "These platform details are not possible"
    status = 400


# --- Tokens ---------------------------------------------------------------------------------------------------------


class TokenInternalError(DomainError):
    code = "AUE-300"
    message = "Something went wrong on our side"
    status = 500


class PartnerTokenRefused(DomainError):
    code = "AUE-301"
    message = "This token opens nothing here; send the platform's credentials"
    status = 401


class InvalidApiKey(DomainError):
    code = "AUE-302"
    message = "The platform's credentials are wrong"
    status = 401


class UserNotActive(DomainError):
    code = "AUE-303"
    message = "This user is not active"
    status = 403


class InvalidPlatformId(DomainError):
    code = "AUE-304"
    message = "The platform id must be a UUID"
    status = 400


class UnknownPlatform(DomainError):
    code = "AUE-305"
    message = "There is no such platform"
    status = 400


class PlatformInactive(DomainError):
    code = "AUE-306"
    message = "This platform is inactive"
    status = 400


class OnboardingComplete(DomainError):
    code = "AUE-307"
    message = "Onboarding is already complete"
    status = 422


class BeneficiaryDisabled(DomainError):
    code = "AUE-308"
    message = "This person cannot receive contributions"
    status = 403


# --- Dependants -----------------------------------------------------------------------------------------------------


class DependantInternalError(DomainError):
    code = "DE-600"
    message = "Something went wrong on our side"
    status = 500


class DependantNotFound(NotFound):
    code = "DE-601"
    message = "There is no such dependant"
    status = 404


class InvalidDependant(InvalidInput):
    code = "DE-602"
    message = "These dependant details are not possible"
    status = 400


class SelfDependantNotAllowed(DomainError):
    code = "DE-603"
    message = "SELF follows the user's own profile and cannot be created, changed or removed here"
    status = 400


class SpouseExists(DomainError):
    code = "DE-604"
    message = "There is an active spouse already"
    status = 409


class ImpossibleDateOfBirth(DomainError):
    code = "DE-605"
    message = "A date of birth must be in the past and within 120 years"
    status = 400


class ChildNotYounger(DomainError):
    code = "DE-606"
    message = "A child must be younger than the parent"
    status = 400
