from pathlib import Path

from django.db import migrations

from aarokya.common.sql import sql


class Migration(migrations.Migration):
    dependencies = [("doctor", "0001_initial"), ("common", "0001_initial")]

    operations = [sql(Path(__file__).parent / "sql" / "seal.sql")]
