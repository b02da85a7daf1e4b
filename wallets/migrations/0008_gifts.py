from pathlib import Path

from django.db import migrations, models

from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("wallets", "0007_two_people"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="transfer",
            name="transfer_one_credit_per_order",
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("direction", 1), ("purpose__in", ["TOPUP", "GIFT"])),
                fields=("reference_id",),
                name="transfer_one_credit_per_order",
            ),
        ),
        sql(SQL / "gifts.sql"),
    ]
