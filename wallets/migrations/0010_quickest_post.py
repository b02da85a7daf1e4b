from pathlib import Path

from django.db import migrations, models

from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"
MERGED = {
    "wallet": (
        "wallet_no_overdraft",
        "wallet_held_not_negative",
        "wallet_held_within_balance",
        "wallet_incoming_not_negative",
        "wallet_within_cap",
        "wallet_completed_has_id",
    ),
    "transfer": ("transfer_direction", "transfer_not_negative", "transfer_not_zero"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("wallets", "0009_quicker_post"),
        ("common", "0001_initial"),
    ]

    operations = [
        sql(SQL / "sound.sql"),  # first: no moment without a rule
        *[
            migrations.RemoveConstraint(model_name=model_name, name=name)
            for model_name, names in MERGED.items()
            for name in names
        ],
        migrations.AlterField("wallet", "entries", models.BigIntegerField(default=0)),
        migrations.AlterField("wallet", "attempts", models.SmallIntegerField(default=0)),
        migrations.AlterField("walletentry", "number", models.BigIntegerField()),
        sql(SQL / "quickest_post.sql"),
    ]
