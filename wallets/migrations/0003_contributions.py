from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import aarokya.common.crypto
import aarokya.common.ids
import aarokya.common.money
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("wallets", "0002_reconciliation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("holder", models.CharField(max_length=60)),
                (
                    "account_type",
                    models.CharField(
                        choices=[
                            ("SAVINGS", "Savings account at a bank"),
                            ("HSA", "Health savings account"),
                            ("EDUCATION", "Education account"),
                            ("SPONSOR", "A sponsor's account"),
                        ],
                        max_length=9,
                    ),
                ),
                ("account_details", models.JSONField(default=dict)),
                ("external_account_id", aarokya.common.crypto.EncryptedTextField()),
                ("external_index", models.CharField(editable=False, max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[("PENDING", "Not verified"), ("ACTIVE", "Active"), ("INACTIVE", "Inactive")],
                        default="PENDING",
                        max_length=8,
                    ),
                ),
            ],
            options={
                "db_table": "wallets_account",
                "indexes": [models.Index(fields=["holder", "id"], name="account_of_holder")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "INACTIVE"), _negated=True),
                        fields=("holder", "account_type", "external_index"),
                        name="account_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holder__regex", "^(user|sponsor):[0-9a-f-]{36}$")), name="account_holder"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pot",
            fields=[
                (
                    "contra",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="pot",
                        serialize=False,
                        to="wallets.contraaccount",
                    ),
                ),
                ("balance", aarokya.common.money.MoneyField(default=0)),
                ("entries", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "db_table": "wallets_pot",
                "constraints": [models.CheckConstraint(condition=models.Q(("balance__gte", 0)), name="pot_no_overdraft")],
            },
        ),
        migrations.CreateModel(
            name="Sponsor",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(choices=[("INDIVIDUAL", "Individual"), ("ORGANISATION", "Organisation")], max_length=12),
                ),
                ("name", models.CharField(max_length=255)),
                ("slug", models.CharField(max_length=80)),
                ("details", aarokya.common.crypto.EncryptedJSONField()),
                (
                    "status",
                    models.CharField(
                        choices=[("PENDING", "Without an account yet"), ("ACTIVE", "Active"), ("INACTIVE", "Inactive")],
                        default="PENDING",
                        max_length=8,
                    ),
                ),
                ("provider_account_id", models.CharField(blank=True, max_length=80)),
                (
                    "contra",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sponsors",
                        to="wallets.contraaccount",
                    ),
                ),
            ],
            options={
                "db_table": "wallets_sponsor",
            },
        ),
        migrations.CreateModel(
            name="RecurringContribution",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("amount", aarokya.common.money.MoneyField()),
                ("interval", models.CharField(choices=[("WEEKLY", "Every week"), ("MONTHLY", "Every month")], max_length=8)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=255)),
                ("status", models.CharField(choices=[("ACTIVE", "Active"), ("ENDED", "Ended")], default="ACTIVE", max_length=8)),
                ("turn", models.PositiveIntegerField(default=0)),
                ("next_on", models.DateField()),
                ("last_refusal", models.CharField(blank=True, max_length=40)),
                ("created_by", models.CharField(max_length=120)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user")),
                (
                    "sponsor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recurring", to="wallets.sponsor"
                    ),
                ),
            ],
            options={
                "db_table": "wallets_recurring_contribution",
            },
        ),
        migrations.CreateModel(
            name="ContributionBatch",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("total", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, max_length=255)),
                ("created_by", models.CharField(max_length=120)),
                (
                    "sponsor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="wallets.sponsor"),
                ),
            ],
            options={
                "verbose_name_plural": "contribution batches",
                "db_table": "wallets_contribution_batch",
            },
        ),
        migrations.CreateModel(
            name="ContributionRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("amount", aarokya.common.money.MoneyField(default=0)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[("PENDING", "Waiting"), ("POSTED", "In the wallet"), ("REFUSED", "Refused")],
                        default="PENDING",
                        max_length=8,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("message", models.CharField(blank=True, max_length=255)),
                ("transfer_id", models.UUIDField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="wallets.contributionbatch"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.user",
                    ),
                ),
            ],
            options={
                "db_table": "wallets_contribution_row",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "PENDING")), fields=["batch", "id"], name="contribution_row_pending"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "number"), name="contribution_row_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "REFUSED"),
                            models.Q(("amount__gt", 0), ("user__isnull", False), models.Q(("reference", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="contribution_row_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "POSTED"), _negated=True), ("transfer_id__isnull", False), _connector="OR"
                        ),
                        name="contribution_row_posted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PotEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "contra_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveBigIntegerField()),
                ("id", models.UUIDField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("DEPOSIT", "Paid in"),
                            ("CONTRIBUTION", "Given to a wallet"),
                            ("RETURN", "Given back by a wallet"),
                        ],
                        max_length=12,
                    ),
                ),
                ("amount", aarokya.common.money.MoneyField()),
                ("balance_after", aarokya.common.money.MoneyField()),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
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
                "db_table": "wallets_pot_entry",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "DEPOSIT"), models.Q(("reference", ""), _negated=True)),
                        fields=("reference",),
                        name="pot_deposit_once",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="sponsor",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("status", "INACTIVE"), _negated=True),
                name="sponsor_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="sponsor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "INACTIVE"), _negated=True), fields=("slug",), name="sponsor_slug"
            ),
        ),
        migrations.AddConstraint(
            model_name="sponsor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "ACTIVE"), _negated=True),
                    models.Q(models.Q(("provider_account_id", ""), _negated=True), ("contra__isnull", False)),
                    _connector="OR",
                ),
                name="sponsor_active_has_pot",
            ),
        ),
        migrations.AddIndex(
            model_name="recurringcontribution",
            index=models.Index(condition=models.Q(("status", "ACTIVE")), fields=["next_on"], name="recurring_due"),
        ),
        migrations.AddConstraint(
            model_name="recurringcontribution",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="recurring_amount"),
        ),
        migrations.AddConstraint(
            model_name="recurringcontribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="recurring_order",
            ),
        ),
        sql(SQL / "pots.sql"),
    ]
