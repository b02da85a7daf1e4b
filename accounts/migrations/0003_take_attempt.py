from pathlib import Path

from django.db import migrations

from aarokya.common.sql import sql

SQL = Path(__file__).resolve().parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_reference")]

    operations = [sql(SQL / "take_attempt.sql")]
