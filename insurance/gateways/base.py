"""What we need from a provider that keeps patients, in our words."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID


class GatewayError(Exception):
    """The provider gave no usable answer. `permanent`: the same request will be refused again."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        self.permanent = permanent
        super().__init__(message)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is to be found or registered. `request_id` is the same at every try, so that trying twice registers once."""

    request_id: UUID
    first_name: str
    last_name: str
    born_on: date
    gender: str  # MALE or FEMALE
    phone: str  # +91…, the policyholder's


@dataclass(frozen=True, kw_only=True)
class Patient:
    """The provider's numbers of one patient; at least one of the two is there."""

    temp_number: str | None
    mrn: str | None

    def as_json(self) -> dict[str, str]:
        """Return `{temp_number?, mrn?}`, only what is known."""
        return {name: value for name, value in (("temp_number", self.temp_number), ("mrn", self.mrn)) if value}


class PatientGateway(Protocol):
    """Finding and registering patients; every method raises GatewayError."""

    def search(self, person: Person) -> list[Patient]:
        """Return the patients of that name and date of birth."""
        ...

    def register(self, person: Person) -> Patient:
        """Register the person, once for each `request_id`, and return the numbers given."""
        ...


class CatalogueGateway(Protocol):
    """The provider's plans."""

    def plans(self) -> list[dict[str, object]]:
        """Return the provider's benefits as it sends them; GatewayError when it does not."""
        ...
