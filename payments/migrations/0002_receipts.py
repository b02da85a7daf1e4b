from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import aarokya.common.crypto
import aarokya.common.ids
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReceiptSeries",
            fields=[
                ("financial_year", models.CharField(max_length=7, primary_key=True, serialize=False)),
                ("last_number", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "receipt series",
                "db_table": "payments_receipt_series",
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("sequence", models.PositiveIntegerField()),
                ("payer", aarokya.common.crypto.EncryptedTextField(blank=True)),
                ("issued_at", models.DateTimeField()),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipt", to="payments.order"
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="payments.receiptseries"
                    ),
                ),
            ],
            options={
                "db_table": "payments_receipt",
                "constraints": [
                    models.UniqueConstraint(fields=("series", "sequence"), name="receipt_number_once"),
                    models.CheckConstraint(condition=models.Q(("sequence__gt", 0)), name="receipt_number_positive"),
                ],
            },
        ),
        sql(SQL / "receipts.sql"),
    ]
