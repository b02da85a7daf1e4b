from pathlib import Path

from django.db import migrations

from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallets", "0008_gifts")]

    operations = [sql(SQL / "quicker_post.sql")]
