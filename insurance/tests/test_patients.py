"""Patients: nobody is guessed among doubles, nobody is registered twice, whatever breaks."""

import threading
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import TypeVar

import httpx2
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import Dependant, User
from insurance.errors import PatientRegistrationFailed
from insurance.gateways.base import Patient, Person
from insurance.gateways.narayana import Narayana
from insurance.models import Benefit, Mrn, PatientRegistration, Policy, RegistrationStatus
from insurance.nominees import DependantNominee
from insurance.services import patients, purchases
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_purchase import buy, nothing_left


class Doubles(builders.Register):
    """A register in which everybody exists twice."""

    def search(self, person: Person) -> list[Patient]:
        return [Patient(temp_number="T1", mrn=None), Patient(temp_number="T2", mrn="MRN2")]


Answer = TypeVar("Answer")


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


def test_a_lost_answer_registers_nobody_twice(hospital: httpx2.Client, user: User, benefit: Benefit) -> None:
    lost = {"partner": "narayana", "operation": "patient_register", "mode": "timeout_after", "delay_s": 1.5, "times": 1}
    hospital.post("/faults", json=lost).raise_for_status()
    hasty = Narayana(base_url=settings.NARAYANA_BASE_URL, api_key=settings.NARAYANA_API_KEY, total_s=0.8)
    asked = purchases.Application(user_id=user.pk, benefit_id=benefit.pk, dependant_ids=[])
    with pytest.raises(PatientRegistrationFailed):
        purchases.buy(asked, gateway=hasty, actor="user:x", now=NOW)
    assert nothing_left()
    assert hospital.get("/books").json()["patients"] == 1
    assert purchases.buy(asked, gateway=hasty, actor="user:x", now=NOW).members.count() == 1
    assert hospital.get("/books").json()["patients"] == 1
    hasty.close()


def test_a_crash_after_the_registration_repeats_nothing(
    hospital: httpx2.Client, client_of_user: APIClient, user: User, benefit: Benefit
) -> None:
    """The hospital answered, we died before keeping it: the intent row is all that is left."""
    assert buy(client_of_user, user, benefit).status_code == HTTPStatus.CREATED
    before = PatientRegistration.objects.get()
    PatientRegistration.objects.update(status="INTENDED", external_mrn=None)
    Mrn.objects.update(status="INACTIVE")
    assert buy(client_of_user, user, builders.make_benefit(provider=benefit.provider)).status_code == HTTPStatus.CREATED
    assert PatientRegistration.objects.get().external_mrn == before.external_mrn
    assert hospital.get("/books").json()["patients"] == 1


class Killed(BaseException):
    """What a process feels when it is killed: nothing that a handler of errors would catch."""


class Dying(builders.Register):
    """A register during whose n-th call we die: before the call arrives, or after it took effect."""

    def __init__(self) -> None:
        super().__init__()
        self.calls, self.dies_at, self.after = 0, 0, False
        self.lock = threading.Lock()

    def search(self, person: Person) -> list[Patient]:
        return self.counted(lambda: super(Dying, self).search(person))

    def register(self, person: Person) -> Patient:
        return self.counted(lambda: super(Dying, self).register(person))

    def counted(self, call: Callable[[], Answer]) -> Answer:
        with self.lock:
            self.calls += 1
            dies = self.calls == self.dies_at
            if dies and not self.after:
                raise Killed
            answer = call()
            if dies:
                raise Killed
            return answer


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("dies_at", range(1, 7))
def test_a_crash_in_any_call_leaves_nothing_and_a_retry_registers_nobody_twice(
    user: User, benefit: Benefit, dies_at: int, after: bool
) -> None:
    """Three members, a search and a registration each: six calls to die in."""
    family = [builders.make_spouse(user), builders.make_dependant(user)]
    asked = replace(application(user, benefit), dependant_ids=[each.pk for each in family], nominee=nominee_of(family[0]))
    register = Dying()
    register.dies_at, register.after = dies_at, after
    with pytest.raises(Killed):
        purchases.buy(asked, gateway=register, actor="user:x", now=NOW)
    assert nothing_left()
    assert purchases.buy(asked, gateway=register, actor="user:x", now=NOW).members.count() == 3
    assert len(register.patients) == Mrn.objects.count() == 3


def nominee_of(spouse: Dependant) -> DependantNominee:
    return DependantNominee(dependant_id=spouse.pk)


def test_a_repeat_of_one_request_returns_the_policy_it_made(user: User, benefit: Benefit) -> None:
    asked = application(user, benefit)
    register = builders.Register()
    first = purchases.buy(asked, gateway=register, actor="user:x", now=NOW)
    assert purchases.buy(asked, gateway=register, actor="user:x", now=NOW) == first
    assert Policy.objects.count() == 1
