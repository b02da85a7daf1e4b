"""The first words that people agree to; and that evidence is only ever added."""

from datetime import UTC, datetime
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from aarokya.common.sql import sql

SQL = Path(__file__).resolve().parent / "sql"
PUBLISHED = datetime(2026, 11, 20, tzinfo=UTC)
TEXTS = (
    (
        "TERMS",
        True,
        "I agree to the terms of use of Aarokya. Money in my health wallet can be spent on healthcare only.",
    ),
    (
        "PRIVACY",
        True,
        (
            "Aarokya may store my name, number, date of birth, address and family details to open my wallet and to arrange cover, "
            "and may pass to the wallet issuer, the insurer and the hospital what each needs for that. I can ask for a copy, for "
            "corrections and for erasure in the app."
        ),
    ),
    (
        "HEALTH_DATA",
        False,
        (
            "When I talk to the doctor service, Aarokya may store what I say about my health and pass its summary to the doctor "
            "who is assigned to me."
        ),
    ),
    ("MARKETING", False, "Aarokya may send me messages about offers."),
)


def install(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    model = apps.get_model("accounts", "ConsentText")
    for purpose, required, text in TEXTS:
        defaults = {"text": text, "required": required, "published_at": PUBLISHED}
        model.objects.get_or_create(purpose=purpose, version=1, defaults=defaults)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_security_and_privacy")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop), sql(SQL / "append_only.sql")]
