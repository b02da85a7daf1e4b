from accounts.models.challenges import OtpChallenge, OtpGuess
from accounts.models.choices import (
    ConsentPurpose,
    ContributionChannel,
    ContributorKind,
    DependantStatus,
    ErasureStatus,
    Gender,
    Language,
    Occupation,
    PlatformStatus,
    Relationship,
    RevocationReason,
    Salutation,
    StaffGroup,
    TextState,
    UserStatus,
)
from accounts.models.consents import Consent, ConsentText
from accounts.models.contributors import ContributorGrant
from accounts.models.dependants import Dependant, DependantVersion
from accounts.models.notices import Notice
from accounts.models.platforms import OWN_PLATFORM_ID, Platform, PlatformSecret
from accounts.models.privacy import Access, ErasureRequest, LegalHold
from accounts.models.sessions import RefreshToken, UserSession
from accounts.models.staff import Staff, StaffAuthenticator, StaffRecoveryCode
from accounts.models.texts import TextMessage
from accounts.models.users import User

__all__ = [
    "OWN_PLATFORM_ID",
    "Access",
    "Consent",
    "ConsentPurpose",
    "ConsentText",
    "ContributionChannel",
    "ContributorGrant",
    "ContributorKind",
    "Dependant",
    "DependantStatus",
    "DependantVersion",
    "ErasureRequest",
    "ErasureStatus",
    "Gender",
    "Language",
    "LegalHold",
    "Notice",
    "Occupation",
    "OtpChallenge",
    "OtpGuess",
    "Platform",
    "PlatformSecret",
    "PlatformStatus",
    "RefreshToken",
    "Relationship",
    "RevocationReason",
    "Salutation",
    "Staff",
    "StaffAuthenticator",
    "StaffGroup",
    "StaffRecoveryCode",
    "TextMessage",
    "TextState",
    "User",
    "UserSession",
    "UserStatus",
]
