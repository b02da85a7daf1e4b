"""Which constraint refused a row."""

from django.db import IntegrityError


def refused_by(error: IntegrityError, constraint: str) -> bool:
    """Whether PostgreSQL named `constraint` as the reason."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint
