"""`enrol_authenticator <username>`: a member of staff scans the code with their authenticator app; needed outside the sandbox."""

import io
from typing import Any

import segno
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aarokya.common import clock
from accounts.models import Staff
from accounts.services import authenticators


class Command(BaseCommand):
    help = "Give a member of staff a new authenticator; an earlier one stops working"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *_: Any, **options: Any) -> None:
        person = Staff.objects.filter(username=options["username"], is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active member of staff named {options['username']}")
        enrolment = authenticators.enrol(staff=person, actor="system:enrol_authenticator", now=clock.now())
        self.stdout.write(
            picture_of(authenticators.address(person, enrolment.secret))
        )  # not by rich, which would wrap the picture
        self.stdout.write("Recovery codes, each for one login without the app; keep them on paper:")
        self.stdout.write("\n".join(enrolment.recovery_codes))
        self.stdout.write(f"Scan the picture, or enter the key by hand: {enrolment.secret}")


def picture_of(text: str) -> str:
    """Return a QR code drawn with characters."""
    picture = io.StringIO()
    segno.make(text, error="m").terminal(out=picture, compact=True)
    return picture.getvalue()
