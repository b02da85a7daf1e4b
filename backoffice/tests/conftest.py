from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Staff
from backoffice import roles

SignIn = Callable[..., Client]


@pytest.fixture
def sign_in() -> SignIn:
    """Log a new member of staff in: `sign_in("ops")`; `sign_in()` is a superuser."""

    def entered(*groups: str) -> Client:
        name = "-".join(groups) or "boss"
        # No password: hashing one takes longer than the page.
        person = Staff.objects.create(username=name, is_staff=True, is_superuser=not groups)
        person.groups.set(Group.objects.filter(name__in=groups))
        client = Client()
        client.force_login(person)
        return client

    return entered


@pytest.fixture(autouse=True)
def _roles(request: pytest.FixtureRequest) -> None:
    """The groups as this version gives them out; the template database may be of an earlier one."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        roles.install()
