from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_notices"),
        ("payments", "0006_refund_approvals"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="grant",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.contributorgrant"
            ),
        ),
        sql(SQL / "contributions.sql"),
    ]
