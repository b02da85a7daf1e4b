"""What the browser finds in the product, made there by `manage.py shell`: rows the API would take minutes to make."""

from datetime import timedelta
from typing import Any

from aarokya.common import clock
from aarokya.common.models import OutboxMessage
from accounts.models import Staff
from accounts.services import authenticators
from insurance.tests import builders

SECOND_PEOPLE = {"meera": "ops", "farid": "finance"}
FIRST_PEOPLE = ("admin", "ops", "finance", "support", "auditor")


def everything() -> dict[str, Any]:
    """Return what the tests need to know of all that was made."""
    return {"secrets": staff(), "policies": policies(201), "message": quarantined()}


def staff() -> dict[str, str]:
    """Return the authenticator's secret of everybody; `meera` and `farid` are the second person of ops and finance."""
    for name, group in SECOND_PEOPLE.items():
        person = Staff.objects.create_user(name, password=name, is_staff=True)
        person.groups.add(Staff.objects.get(username=group).groups.get())
    people = Staff.objects.filter(username__in=[*FIRST_PEOPLE, *SECOND_PEOPLE])
    return {
        person.username: authenticators.enrol(staff=person, actor="system:seeds", now=clock.now()).secret for person in people
    }


def policies(number: int) -> dict[str, object]:
    """Return `provider` (its name) and `ids` of policies that wait to be activated."""
    benefit = builders.make_benefit("1A")
    made = [builders.make_policy(benefit=benefit) for _ in range(number)]
    return {"provider": benefit.provider.name, "ids": [str(policy.pk) for policy in made]}


def quarantined() -> str:
    """Return the id of a delivery that was given up while Redis was away."""
    now = clock.now()
    row = OutboxMessage.objects.create(
        topic="session.ended",
        handler="accounts.handlers.announce_end",
        payload={"session_ids": []},
        not_before=now - timedelta(hours=2),
        attempts=10,
        quarantined_at=now - timedelta(hours=1),
        last_error="ConnectionError: Redis does not answer",
    )
    return str(row.pk)
