from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"
KEPT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("wallets", "0010_quickest_post")]

    operations = [
        sql(SQL / "one_look.sql"),
        migrations.AlterField("wallet", "user", models.ForeignKey("accounts.user", KEPT, related_name="wallets", db_index=False)),
        migrations.AlterField("wallet", "kind", models.ForeignKey("wallets.walletkind", KEPT, default="HEALTH", db_index=False)),
    ]
