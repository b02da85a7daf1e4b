from pathlib import Path

from django.db import migrations, models

from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0001_initial"),
        ("accounts", "0005_consent_texts"),
        ("wallets", "0006_monthly_load"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="adjustment",
            name="adjustment_second_person",
        ),
        migrations.RemoveConstraint(
            model_name="settlement",
            name="settlement_second_person",
        ),
        migrations.RemoveConstraint(
            model_name="withdrawal",
            name="withdrawal_second_person",
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "PAID"), _negated=True),
                    models.Q(
                        models.Q(("paid_by", ""), _negated=True),
                        models.Q(("bank_reference", ""), _negated=True),
                        ("amount__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="settlement_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "PAID"), _negated=True),
                    models.Q(models.Q(("settled_by", ""), _negated=True), models.Q(("bank_reference", ""), _negated=True)),
                    _connector="OR",
                ),
                name="withdrawal_paid",
            ),
        ),
        sql(SQL / "two_people.sql"),
    ]
