"""What is known of a customer, masked or whole."""

from aarokya.common.display import MASK, spaced_phone
from accounts.models import User


def masked(user: User) -> list[tuple[str, str]]:
    """Enough to know that it is the right one, not enough to take away."""
    email = f"{user.email[:1]}{MASK * 6}@{user.email.rpartition('@')[2]}" if user.email else ""
    return [
        ("Name", " ".join(initial(name) for name in (user.first_name, user.last_name) if name)),
        ("Phone", user.masked_phone),
        ("E-mail", email),
        ("Born", MASK * 8 if user.dob else ""),
        ("Address", MASK * 8 if user.address else ""),
    ]


def whole(user: User) -> list[tuple[str, str]]:
    """Id proofs and bank accounts are shown to nobody here."""
    address = user.address or {}
    return [
        ("Name", f"{user.salutation} {user.full_name}".strip()),
        ("Phone", spaced_phone(user.phone)),
        ("E-mail", user.email),
        ("Born", user.dob.isoformat() if user.dob else ""),
        ("Gender", user.gender),
        ("Address", ", ".join(str(part) for part in address.values() if part)),
        ("Occupation", " at ".join(part for part in (user.occupation, user.employer) if part)),
        ("Aadhaar", user.masked_aadhaar or ""),
    ]


def initial(name: str) -> str:
    return name[:1] + MASK * 4
