from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import aarokya.common.ids
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_mandates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("REFUND_REVIEW", "Refund Review"),
                            ("REFUND_FAILED", "Refund Failed"),
                            ("REFUND_LATE", "Refund Late"),
                            ("MISMATCH", "Mismatch"),
                            ("REVERSED_AFTER_USE", "Reversed After Use"),
                            ("SETTLEMENT_DIFFERENCE", "Settlement Difference"),
                        ],
                        max_length=25,
                    ),
                ),
                ("subject", models.CharField(max_length=80)),
                ("problem", models.CharField(max_length=300)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=120)),
                ("resolution", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "db_table": "payments_ticket",
            },
        ),
        migrations.AddField(
            model_name="refund",
            name="approved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="approved_by",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="refund",
            name="destination",
            field=models.CharField(choices=[("SOURCE", "Source"), ("WALLET", "Wallet")], default="SOURCE", max_length=10),
        ),
        migrations.AddField(
            model_name="refund",
            name="needs_approval",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="refund",
            name="status",
            field=models.CharField(
                choices=[
                    ("AWAITING_APPROVAL", "Awaiting Approval"),
                    ("DECLINED", "Declined"),
                    ("REQUESTED", "Requested"),
                    ("SENT", "Sent"),
                    ("PENDING", "Pending"),
                    ("SUCCESS", "Success"),
                    ("FAILURE", "Failure"),
                    ("MANUAL_REVIEW", "Manual Review"),
                ],
                default="REQUESTED",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("requested_by")), _negated=True), name="refund_second_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_approval", False),
                    ("status__in", ["AWAITING_APPROVAL", "DECLINED"]),
                    models.Q(("approved_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="refund_approved_first",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="order",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="payments.order"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(condition=models.Q(("closed_at", None)), fields=["opened_at"], name="ticket_open"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("kind", "subject"), name="ticket_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at", None),
                    models.Q(models.Q(("closed_by", ""), _negated=True), models.Q(("resolution", ""), _negated=True)),
                    _connector="OR",
                ),
                name="ticket_closed_with_words",
            ),
        ),
        sql(SQL / "refund_budget.sql"),
    ]
