"""A patient, the simulated partners, and the model when a test wants one."""

from collections.abc import Iterator

import httpx2
import pytest
from django.conf import LazySettings

from doctor import gateways
from doctor.tests.builders import Clinic, Talker


@pytest.fixture
def clinic(sandbox_url: str) -> Iterator[Clinic]:
    """Aathma and Nama with empty books and no faults; our client to Aathma is closed afterwards."""
    with httpx2.Client(base_url=sandbox_url, timeout=30, trust_env=False) as http:
        clinic = Clinic(http)
        clinic.control("POST", "reset")
        yield clinic
        clinic.heal()
    gateways.aathma().close()
    gateways.aathma.cache_clear()


@pytest.fixture
def model(clinic: Clinic, sandbox_url: str, settings: LazySettings) -> Iterator[Clinic]:
    """The chat model, configured as in production."""
    settings.NAMA_BASE_URL = f"{sandbox_url}/nama"
    yield clinic
    gateways.chat_model(settings.NAMA_BASE_URL).close()
    gateways.chat_model.cache_clear()


@pytest.fixture
def talker(db: None) -> Talker:
    return Talker.new(money=100_000)
