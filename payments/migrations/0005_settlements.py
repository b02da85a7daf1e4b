from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import aarokya.common.ids
import aarokya.common.money
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_approvals"),
    ]

    operations = [
        migrations.CreateModel(
            name="SettlementFile",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("lines", models.PositiveIntegerField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "payments_settlement_file",
            },
        ),
        migrations.CreateModel(
            name="SettlementLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("MATCHED", "Matched"),
                            ("UNKNOWN", "Unknown"),
                            ("AMOUNT_DIFFERS", "Amount Differs"),
                            ("REPEATED", "Repeated"),
                            ("UNREADABLE", "Unreadable"),
                        ],
                        max_length=15,
                    ),
                ),
                ("kind", models.CharField(blank=True, choices=[("PAYMENT", "Payment"), ("REFUND", "Refund")], max_length=10)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("amount", aarokya.common.money.MoneyField(default=0)),
                ("fee", aarokya.common.money.MoneyField(default=0)),
                ("utr", models.CharField(blank=True, max_length=40)),
                ("problem", models.CharField(blank=True, max_length=200)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="payments.settlementfile"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.order"
                    ),
                ),
            ],
            options={
                "db_table": "payments_settlement_line",
                "constraints": [
                    models.UniqueConstraint(fields=("file", "number"), name="settlement_line_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "MATCHED")), fields=("kind", "reference"), name="settlement_matched_once"
                    ),
                ],
            },
        ),
        sql(SQL / "settlements.sql"),
    ]
