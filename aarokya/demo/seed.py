"""What a sandbox holds before anybody uses it. Known passwords and secrets: never outside the sandbox."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import Platform, Staff
from accounts.services.platforms import install_secret
from insurance.services.demo import install_demo_catalogue
from wallets.services import register_payee

GROUPS = ("ops", "finance", "support", "auditor")
PLATFORM_ID = UUID("00000000-0000-7000-8000-000000000001")
PLATFORM_SECRET = "sandbox"  # noqa: S105 (the published login of the sandbox)
HOSPITAL_ID = UUID("00000000-0000-7000-8000-000000000002")
GROCER_ID = UUID("00000000-0000-7000-8000-000000000003")  # there to show that the database refuses to pay it


def install(*, now: datetime) -> None:
    """Install staff, platform, payees and catalogue; what exists already stays as it is."""
    with transaction.atomic():
        install_staff()
        install_platform()
        register_payee(payee_id=HOSPITAL_ID, name="Narayana Hrudayalaya", city="Bengaluru", merchant_category="8062")
        register_payee(payee_id=GROCER_ID, name="Sri Lakshmi Provision Stores", city="Bengaluru", merchant_category="5411")
        install_demo_catalogue(now=now)


def install_staff() -> None:
    """`admin` may do everything; the others are named after their group, and so are their passwords."""
    if not Staff.objects.filter(username="admin").exists():
        Staff.objects.create_superuser("admin", password="admin")  # noqa: S106
    for name in GROUPS:
        if Staff.objects.filter(username=name).exists():
            continue
        person = Staff.objects.create_user(name, password=name, is_staff=True)
        person.groups.add(Group.objects.get(name=name))


def install_platform() -> None:
    platform, _ = Platform.objects.get_or_create(id=PLATFORM_ID, defaults={"name": "Namma Yatri (sandbox)"})
    install_secret(platform, PLATFORM_SECRET)
