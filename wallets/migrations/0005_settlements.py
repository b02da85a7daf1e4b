from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import aarokya.common.ids
import aarokya.common.money
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("wallets", "0004_withdrawals"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContraSnapshot",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "contra_id", "until", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("until", models.DateTimeField()),
                ("balance", aarokya.common.money.MoneyField()),
                ("transfers", models.PositiveBigIntegerField()),
                (
                    "contra",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="wallets.contraaccount",
                    ),
                ),
            ],
            options={
                "db_table": "wallets_contra_snapshot",
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("until", models.DateTimeField()),
                ("transfers", models.PositiveIntegerField(default=0)),
                ("amount", aarokya.common.money.MoneyField(default=0)),
                (
                    "status",
                    models.CharField(choices=[("DRAWN_UP", "To be paid"), ("PAID", "Paid")], default="DRAWN_UP", max_length=8),
                ),
                ("drawn_up_by", models.CharField(max_length=120)),
                ("paid_by", models.CharField(blank=True, max_length=120)),
                ("bank_reference", models.CharField(blank=True, max_length=40)),
                (
                    "contra",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="settlements", to="wallets.contraaccount"
                    ),
                ),
            ],
            options={
                "db_table": "wallets_settlement",
            },
        ),
        migrations.CreateModel(
            name="SettlementLine",
            fields=[
                (
                    "transfer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="settlement_line",
                        serialize=False,
                        to="wallets.transfer",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="wallets.settlement"),
                ),
            ],
            options={
                "db_table": "wallets_settlement_line",
            },
        ),
        migrations.CreateModel(
            name="ProviderOrder",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("order_number", models.CharField(default=aarokya.common.ids.order_id, max_length=20, unique=True)),
                ("benefit_entity_id", models.CharField(max_length=80)),
                ("provider_id", models.UUIDField()),
                ("provider_name", models.CharField(max_length=255)),
                ("amount", aarokya.common.money.MoneyField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PENDING", "Not paid yet"),
                            ("SUCCESS", "Paid from the wallet"),
                            ("FAILED", "Refused; may be tried again"),
                        ],
                        default="PENDING",
                        max_length=7,
                    ),
                ),
                ("transfer_id", models.UUIDField(null=True)),
                ("refusal", models.CharField(blank=True, max_length=40)),
                ("created_by", models.CharField(max_length=120)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user")),
            ],
            options={
                "db_table": "wallets_provider_order",
                "indexes": [
                    models.Index(fields=["benefit_entity_id", "id"], name="provider_order_of_entity"),
                    models.Index(fields=["provider_id", "id"], name="provider_order_of_provider"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="provider_order_amount"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "SUCCESS"), _negated=True), ("transfer_id__isnull", False), _connector="OR"
                        ),
                        name="provider_order_paid",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(fields=["contra", "id"], name="settlement_of_contra"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "PAID"), _negated=True),
                    models.Q(
                        models.Q(("paid_by", ""), _negated=True),
                        models.Q(("paid_by", models.F("drawn_up_by")), _negated=True),
                        models.Q(("bank_reference", ""), _negated=True),
                        ("amount__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="settlement_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bank_reference", ""), _negated=True),
                fields=("bank_reference",),
                name="settlement_bank_reference",
            ),
        ),
        sql(SQL / "settlements.sql"),
    ]
