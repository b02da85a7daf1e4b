from accounts.models.challenges import OtpChallenge, OtpGuess
from accounts.models.choices import (
    DependantStatus,
    Gender,
    Occupation,
    PlatformStatus,
    Relationship,
    RevocationReason,
    Salutation,
    StaffGroup,
    UserStatus,
)
from accounts.models.dependants import Dependant, DependantVersion
from accounts.models.platforms import OWN_PLATFORM_ID, Platform, PlatformSecret
from accounts.models.sessions import RefreshToken, UserSession
from accounts.models.staff import Staff, StaffAuthenticator
from accounts.models.users import User

__all__ = [
    "OWN_PLATFORM_ID",
    "Dependant",
    "DependantStatus",
    "DependantVersion",
    "Gender",
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
    "User",
    "UserSession",
    "UserStatus",
]
