"""The words of this app's columns; each is written on the wire as it is stored."""

from django.db.models import TextChoices


class PlatformStatus(TextChoices):
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class UserStatus(TextChoices):
    ONBOARDING = "ONBOARDING"
    ACTIVE = "ACTIVE"
    DEACTIVATED = "DEACTIVATED"


class Gender(TextChoices):
    MALE = "MALE"
    FEMALE = "FEMALE"
    OTHER = "OTHER"


class Salutation(TextChoices):
    MR = "MR"
    MRS = "MRS"
    MS = "MS"
    MASTER = "MASTER"


class Occupation(TextChoices):
    DRIVER = "DRIVER"
    DELIVERY_PARTNER = "DELIVERY_PARTNER"
    DOMESTIC_WORKER = "DOMESTIC_WORKER"
    CONSTRUCTION_WORKER = "CONSTRUCTION_WORKER"
    SALARIED = "SALARIED"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    PROFESSIONAL = "PROFESSIONAL"
    STUDENT = "STUDENT"
    HOMEMAKER = "HOMEMAKER"
    RETIRED = "RETIRED"
    OTHER = "OTHER"


class Relationship(TextChoices):
    SELF = "SELF"
    SPOUSE = "SPOUSE"
    MOTHER = "MOTHER"
    FATHER = "FATHER"
    CHILD = "CHILD"
    FATHER_IN_LAW = "FATHER_IN_LAW"
    MOTHER_IN_LAW = "MOTHER_IN_LAW"
    SIBLING = "SIBLING"


class DependantStatus(TextChoices):
    ACTIVE = "ACTIVE"
    DISCARDED = "DISCARDED"


class RevocationReason(TextChoices):
    LOGOUT = "LOGOUT"
    REVOKED = "REVOKED"  # from another device, in the list of sessions
    ERASED = "ERASED"  # the user asked to be forgotten
    REUSE = "REUSE"  # a refresh token came back after its successor had been used
    DEACTIVATED = "DEACTIVATED"


class TextState(TextChoices):
    TAKEN = "TAKEN"
    REFUSED = "REFUSED"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class ContributorKind(TextChoices):
    CUSTOMER_ID = "CUSTOMER_ID"
    PHONE = "PHONE"


class ContributionChannel(TextChoices):
    CUSTOMER_APP = "CUSTOMER_APP"


class ConsentPurpose(TextChoices):
    TERMS = "TERMS"
    PRIVACY = "PRIVACY"
    HEALTH_DATA = "HEALTH_DATA"
    MARKETING = "MARKETING"


class ErasureStatus(TextChoices):
    SCHEDULED = "SCHEDULED"
    WITHDRAWN = "WITHDRAWN"
    ERASED = "ERASED"
    COMPLETE = "COMPLETE"


class StaffGroup(TextChoices):
    """The Django groups that decide what a member of staff may do; installed by a migration."""

    OPS = "ops"
    FINANCE = "finance"
    SUPPORT = "support"
    AUDITOR = "auditor"


class Language(TextChoices):
    """In which customers can be written to (ISO 639-1)."""

    ENGLISH = "en", "English"
    HINDI = "hi", "Hindi"
    KANNADA = "kn", "Kannada"
    TAMIL = "ta", "Tamil"
