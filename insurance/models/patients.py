"""Our members as the provider's patients."""

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from insurance.models.catalogue import BenefitProvider
from insurance.models.choices import MrnStatus, RegistrationStatus


class Mrn(Record):
    """A member's medical record number at one provider, as the provider wrote it: `{temp_number?, mrn?}`."""

    dependant = models.ForeignKey("accounts.Dependant", on_delete=models.PROTECT, related_name="mrns")
    provider = models.ForeignKey(BenefitProvider, on_delete=models.PROTECT, related_name="mrns")
    external_mrn = models.JSONField()
    status = models.CharField(max_length=10, choices=MrnStatus.choices, default=MrnStatus.ACTIVE)

    class Meta:
        db_table = "insurance_mrn"
        verbose_name = "MRN"
        constraints = [
            models.UniqueConstraint(fields=["dependant", "provider"], condition=Q(status=MrnStatus.ACTIVE), name="mrn_one_active")
        ]

    def __str__(self) -> str:
        return str(self.external_mrn.get("mrn") or self.external_mrn.get("temp_number") or self.pk)


class PatientRegistration(Record):
    """What became of finding or registering a member at a provider.

    Written before the provider is called and completed after, so that a crash in between is noticed: the next try
    carries the same `request_id`, and a patient is never registered twice. Kept when the purchase itself fails.
    """

    dependant = models.ForeignKey("accounts.Dependant", on_delete=models.PROTECT, related_name="patient_registrations")
    provider = models.ForeignKey(BenefitProvider, on_delete=models.PROTECT, related_name="patient_registrations")
    request_id = models.UUIDField(unique=True)
    status = models.CharField(max_length=10, choices=RegistrationStatus.choices, default=RegistrationStatus.INTENDED)
    external_mrn = models.JSONField(null=True)
    candidates = models.JSONField(default=list)  # the numbers of the several patients found, without personal data

    MOVES = {
        RegistrationStatus.INTENDED: {RegistrationStatus.REGISTERED, RegistrationStatus.AMBIGUOUS},
        # Upstream cleaned up its doubles, or a person chose.
        RegistrationStatus.AMBIGUOUS: {RegistrationStatus.REGISTERED, RegistrationStatus.AMBIGUOUS},
        RegistrationStatus.REGISTERED: set(),
    }

    class Meta:
        db_table = "insurance_patient_registration"
        constraints = [
            models.UniqueConstraint(fields=["dependant", "provider"], name="registration_of_member"),
            models.CheckConstraint(
                condition=Q(status=RegistrationStatus.REGISTERED, external_mrn__isnull=False)
                | (~Q(status=RegistrationStatus.REGISTERED) & Q(external_mrn__isnull=True)),
                name="registration_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dependant_id} at {self.provider_id}: {self.status}"
