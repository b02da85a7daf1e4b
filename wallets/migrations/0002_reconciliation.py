from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import aarokya.common.ids
import aarokya.common.money
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("wallets", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("ours", aarokya.common.money.MoneyField()),
                ("theirs", aarokya.common.money.MoneyField()),
                ("known_there", models.BooleanField(default=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("OPEN", "Open"),
                            ("AGREED", "The balances agree again by themselves"),
                            ("RESOLVED", "Set right by an adjustment"),
                        ],
                        default="OPEN",
                        max_length=8,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "wallet",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="wallets.wallet",
                    ),
                ),
            ],
            options={
                "db_table": "wallets_difference",
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("book", models.CharField(choices=[("LEDGER", "Ours"), ("ISSUER", "The issuer's")], max_length=8)),
                ("pool", models.CharField(choices=[("OWN", "Own money"), ("OTHERS", "Others' money")], max_length=12)),
                ("direction", models.SmallIntegerField(choices=[(1, "Credit"), (-1, "Debit")])),
                ("amount", aarokya.common.money.MoneyField()),
                ("reason", models.TextField()),
                ("requested_by", models.CharField(max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("REQUESTED", "Waits for a second person"),
                            ("APPROVED", "Approved; the issuer is being told"),
                            ("DONE", "Done"),
                            ("REJECTED", "Rejected"),
                        ],
                        default="REQUESTED",
                        max_length=10,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(null=True)),
                ("transfer_id", models.UUIDField(null=True)),
                (
                    "difference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="adjustments", to="wallets.difference"
                    ),
                ),
            ],
            options={
                "db_table": "wallets_adjustment",
            },
        ),
        migrations.CreateModel(
            name="IssuerCheck",
            fields=[
                (
                    "wallet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="issuer_check",
                        serialize=False,
                        to="wallets.wallet",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "wallets_issuer_check",
                "indexes": [models.Index(fields=["at"], name="issuer_check_oldest")],
            },
        ),
        migrations.AddIndex(
            model_name="difference",
            index=models.Index(fields=["status", "found_at"], name="difference_queue"),
        ),
        migrations.AddConstraint(
            model_name="difference",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "OPEN")), fields=("wallet",), name="difference_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="difference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("status", "OPEN")),
                    models.Q(models.Q(("status", "OPEN"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="difference_closed_at",
            ),
        ),
        migrations.AddIndex(
            model_name="adjustment",
            index=models.Index(fields=["status", "created_at"], name="adjustment_queue"),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="adjustment_amount"),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("reason", ""), _negated=True), models.Q(("requested_by", ""), _negated=True)),
                name="adjustment_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["REQUESTED", "REJECTED"]),
                    models.Q(
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="adjustment_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["REQUESTED", "APPROVED"])), fields=("difference",), name="adjustment_one_open"
            ),
        ),
        sql(SQL / "reconciliation.sql"),
    ]
