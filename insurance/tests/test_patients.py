"""Several patients of one name and birthday: nobody is guessed, a person chooses."""

import pytest

from accounts.models import User
from insurance.errors import PatientRegistrationFailed
from insurance.gateways.base import Patient, Person
from insurance.models import Benefit, PatientRegistration, Policy, RegistrationStatus
from insurance.services import patients, purchases
from insurance.tests import builders
from insurance.tests.builders import NOW


class Doubles(builders.Register):
    """A register in which everybody exists twice."""

    def search(self, person: Person) -> list[Patient]:
        return [Patient(temp_number="T1", mrn=None), Patient(temp_number="T2", mrn="MRN2")]


def application(user: User, benefit: Benefit) -> purchases.Application:
    return purchases.Application(user_id=user.pk, benefit_id=benefit.pk, dependant_ids=[])


def test_doubles_wait_for_a_person(user: User, benefit: Benefit) -> None:
    with pytest.raises(PatientRegistrationFailed, match="2 patients"):
        purchases.buy(application(user, benefit), gateway=Doubles(), actor="user:x", now=NOW)
    row = PatientRegistration.objects.get()
    assert row.status == RegistrationStatus.AMBIGUOUS
    assert row.candidates == [{"temp_number": "T1"}, {"temp_number": "T2", "mrn": "MRN2"}]
    assert not Policy.objects.exists()
    patients.choose(row, external_mrn={"mrn": "MRN2"}, actor="staff:ops", reason="same phone", now=NOW)
    policy = purchases.buy(application(user, benefit), gateway=Doubles(), actor="user:x", now=NOW)
    assert policy.members.get().dependant.mrns.get().external_mrn == {"mrn": "MRN2"}


def test_one_request_id_for_each_member_and_provider(user: User) -> None:
    register = builders.Register()
    for _ in range(2):
        benefit = builders.make_benefit()
        purchases.buy(application(user, benefit), gateway=register, actor="user:x", now=NOW)
    assert len(register.patients) == 2
