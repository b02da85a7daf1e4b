from pathlib import Path

from django.db import migrations

from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0001_initial"),
        ("payments", "0005_settlements"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="refund",
            name="refund_second_person",
        ),
        migrations.RemoveConstraint(
            model_name="refund",
            name="refund_approved_first",
        ),
        migrations.RemoveField(
            model_name="refund",
            name="needs_approval",
        ),
        sql(SQL / "refund_approvals.sql"),
    ]
