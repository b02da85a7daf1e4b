"""Nominees: an existing dependant or a person written out; the two forms of `nominee_details`."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Gender, Relationship, Salutation


@dataclass(frozen=True, kw_only=True)
class DependantNominee:
    """A dependant of the policyholder."""

    dependant_id: UUID

    def as_json(self) -> dict[str, str | None]:
        return {"type": "dependant", "dependant_id": str(self.dependant_id)}


@dataclass(frozen=True, kw_only=True)
class ExternalNominee:
    """Somebody who is not a dependant."""

    name: str
    relationship: Relationship
    date_of_birth: date
    gender: Gender
    phone: str  # +91…
    salutation: Salutation | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return the wire form, in the letter case of the published examples (`Mrs`, `spouse`, `female`)."""
        written: dict[str, str | None] = {
            "type": "external",
            "name": self.name,
            "relationship": self.relationship.lower(),
            "date_of_birth": self.date_of_birth.isoformat(),
            "gender": self.gender.lower(),
            "phone": self.phone,
        }
        return written | ({"salutation": self.salutation.capitalize()} if self.salutation else {})


Nominee = DependantNominee | ExternalNominee


def from_json(written: dict[str, str | None]) -> Nominee:
    """Return the nominee that `as_json` wrote."""
    found = {name: value or "" for name, value in written.items()}
    if found["type"] == "dependant":
        return DependantNominee(dependant_id=UUID(found["dependant_id"]))
    return ExternalNominee(
        name=found["name"],
        relationship=Relationship(found["relationship"].upper()),
        date_of_birth=date.fromisoformat(found["date_of_birth"]),
        gender=Gender(found["gender"].upper()),
        phone=found["phone"],
        salutation=Salutation(found["salutation"].upper()) if found.get("salutation") else None,
    )
