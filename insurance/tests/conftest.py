"""A family, what it may buy, and the hospital."""

from collections.abc import Iterator

import httpx2
import pytest
from rest_framework.test import APIClient

from accounts.models import Dependant, User
from insurance import gateways
from insurance.models import Benefit
from insurance.tests import builders


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Nearly everything here writes; nothing may do so outside a transaction that is undone."""


@pytest.fixture
def user(db: None) -> User:
    return builders.make_user()


@pytest.fixture
def spouse(user: User) -> Dependant:
    return builders.make_spouse(user)


@pytest.fixture
def child(user: User) -> Dependant:
    return builders.make_dependant(user)


@pytest.fixture
def benefit(db: None) -> Benefit:
    return builders.make_benefit()


@pytest.fixture
def client_of_user(user: User) -> APIClient:
    return builders.client_of(user)


@pytest.fixture
def ops() -> APIClient:
    return builders.staff_client("ops")


@pytest.fixture
def administrator() -> APIClient:
    return builders.staff_client(superuser=True)


@pytest.fixture
def hospital(sandbox_url: str) -> Iterator[httpx2.Client]:
    """The simulator's control API, emptied; our client to it is closed afterwards."""
    ours = gateways.narayana()
    with httpx2.Client(base_url=f"{sandbox_url}/_control", trust_env=False) as control:
        control.post("/reset").raise_for_status()
        yield control
        control.delete("/faults").raise_for_status()
    ours.close()
    gateways.narayana.cache_clear()
