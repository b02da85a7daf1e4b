from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import aarokya.common.ids
import aarokya.common.money
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("common", "0001_initial"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContraKind",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=120)),
            ],
            options={
                "db_table": "wallets_contra_kind",
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("own_amount", aarokya.common.money.MoneyField()),
                ("others_amount", aarokya.common.money.MoneyField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ACTIVE", "Active"),
                            ("CAPTURED", "Captured"),
                            ("RELEASED", "Released"),
                            ("EXPIRED", "Expired"),
                        ],
                        max_length=8,
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "wallets_hold",
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("direction", models.SmallIntegerField(choices=[(1, "Credit"), (-1, "Debit")])),
                ("own_amount", aarokya.common.money.MoneyField()),
                ("others_amount", aarokya.common.money.MoneyField()),
                ("reference_type", models.CharField(max_length=40)),
                ("reference_id", models.CharField(max_length=80)),
                ("group_id", models.UUIDField(null=True)),
                ("source", models.CharField(blank=True, max_length=120)),
                ("note", models.CharField(blank=True, max_length=255)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "wallets_transfer",
            },
        ),
        migrations.CreateModel(
            name="MerchantCategory",
            fields=[
                ("code", models.CharField(max_length=4, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=120)),
            ],
            options={
                "verbose_name_plural": "merchant categories",
                "db_table": "wallets_merchant_category",
            },
        ),
        migrations.CreateModel(
            name="Purpose",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=120)),
                (
                    "pool",
                    models.CharField(
                        choices=[
                            ("OWN", "Own money (top-ups)"),
                            ("OTHERS", "Others' money (employer, sponsor, family, government)"),
                            ("OTHERS_FIRST", "Others' money first, then own"),
                            ("RESTORE", "The pools the refunded transfer drew from"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
            options={
                "db_table": "wallets_purpose",
            },
        ),
        migrations.CreateModel(
            name="WalletKind",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=120)),
            ],
            options={
                "db_table": "wallets_wallet_kind",
            },
        ),
        migrations.CreateModel(
            name="ContraAccount",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("reference", models.CharField(max_length=80)),
                ("code", models.CharField(max_length=121, unique=True)),
                ("name", models.CharField(blank=True, max_length=255)),
                ("city", models.CharField(blank=True, max_length=120)),
                ("kind", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="wallets.contrakind")),
                (
                    "merchant_category",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="wallets.merchantcategory"),
                ),
            ],
            options={
                "db_table": "wallets_contra_account",
            },
        ),
        migrations.CreateModel(
            name="IssuerPosting",
            fields=[
                (
                    "transfer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="issuer_posting",
                        serialize=False,
                        to="wallets.transfer",
                    ),
                ),
                ("operation", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "wallets_issuer_posting",
            },
        ),
        migrations.AddField(
            model_name="transfer",
            name="contra",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="wallets.contraaccount",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="hold",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="wallets.hold",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="reverses",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="wallets.transfer",
            ),
        ),
        migrations.CreateModel(
            name="Limit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tier", models.CharField(choices=[("SMALL", "Small PPI"), ("FULL_KYC", "Full KYC PPI")], max_length=12)),
                (
                    "name",
                    models.CharField(
                        choices=[("BALANCE", "Balance at any time"), ("MONTHLY_LOAD", "Loaded per month (Asia/Kolkata)")],
                        max_length=20,
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("amount", aarokya.common.money.MoneyField()),
            ],
            options={
                "db_table": "wallets_limit",
                "constraints": [
                    models.UniqueConstraint(fields=("tier", "name", "valid_from"), name="limit_begins_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="limit_not_negative"),
                ],
            },
        ),
        migrations.AddField(
            model_name="transfer",
            name="purpose",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="wallets.purpose",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="purpose",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="wallets.purpose",
            ),
        ),
        migrations.CreateModel(
            name="Wallet",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("CREATED", "Created"),
                            ("PENDING", "Picked up"),
                            ("IN_PROGRESS", "Customer exists at the issuer"),
                            ("COMPLETED", "Wallet exists at the issuer"),
                            ("RETRYING", "Waiting for another try"),
                            ("FAILED", "Given up; a person has to look"),
                        ],
                        default="CREATED",
                        max_length=12,
                    ),
                ),
                (
                    "issuer_status",
                    models.CharField(
                        choices=[("UNKNOWN", "Unknown"), ("ACTIVE", "Active"), ("BLOCKED", "Blocked")],
                        default="UNKNOWN",
                        max_length=8,
                    ),
                ),
                ("issuer_customer_id", models.CharField(blank=True, max_length=80)),
                ("transcorp_wallet_id", models.CharField(max_length=80, null=True, unique=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
                (
                    "standing",
                    models.CharField(
                        choices=[("OPEN", "Open"), ("FROZEN", "Frozen"), ("CLOSED", "Closed")], default="OPEN", max_length=8
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("SMALL", "Small PPI"), ("FULL_KYC", "Full KYC PPI")], default="SMALL", max_length=12
                    ),
                ),
                ("own_balance", aarokya.common.money.MoneyField(default=0)),
                ("others_balance", aarokya.common.money.MoneyField(default=0)),
                ("own_held", aarokya.common.money.MoneyField(default=0)),
                ("others_held", aarokya.common.money.MoneyField(default=0)),
                ("incoming_reserved", aarokya.common.money.MoneyField(default=0)),
                ("cap", aarokya.common.money.MoneyField(default=0)),
                ("entries", models.PositiveBigIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="wallets", to="accounts.user"),
                ),
                (
                    "kind",
                    models.ForeignKey(default="HEALTH", on_delete=django.db.models.deletion.PROTECT, to="wallets.walletkind"),
                ),
            ],
            options={
                "db_table": "wallets_wallet",
            },
        ),
        migrations.CreateModel(
            name="TransferRefusal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("direction", models.SmallIntegerField(choices=[(1, "Credit"), (-1, "Debit")])),
                ("amount", aarokya.common.money.MoneyField()),
                ("contra_id", models.UUIDField(null=True)),
                ("purpose_id", models.CharField(max_length=40)),
                ("reference_type", models.CharField(max_length=40)),
                ("reference_id", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
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
                "db_table": "wallets_transfer_refusal",
            },
        ),
        migrations.AddField(
            model_name="transfer",
            name="wallet",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="wallets.wallet",
            ),
        ),
        migrations.CreateModel(
            name="IncomingReservation",
            fields=[
                ("order_id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("amount", aarokya.common.money.MoneyField()),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "Open"), ("USED", "Used by its credit"), ("RELEASED", "Released")], max_length=8
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
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
                "db_table": "wallets_incoming_reservation",
            },
        ),
        migrations.AddField(
            model_name="hold",
            name="wallet",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="wallets.wallet",
            ),
        ),
        migrations.CreateModel(
            name="WalletEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "wallet_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveBigIntegerField()),
                ("own_after", aarokya.common.money.MoneyField()),
                ("others_after", aarokya.common.money.MoneyField()),
                ("at", models.DateTimeField()),
                (
                    "transfer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="entry",
                        to="wallets.transfer",
                    ),
                ),
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
                "verbose_name_plural": "wallet entries",
                "db_table": "wallets_entry",
            },
        ),
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("direction", models.SmallIntegerField(choices=[(1, "Credit"), (-1, "Debit")])),
                ("contra_kind", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="wallets.contrakind")),
                (
                    "merchant_category",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="wallets.merchantcategory"),
                ),
                ("purpose", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="wallets.purpose")),
                ("wallet_kind", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="wallets.walletkind")),
            ],
            options={
                "db_table": "wallets_allowance",
            },
        ),
        migrations.AddConstraint(
            model_name="contraaccount",
            constraint=models.UniqueConstraint(fields=("kind", "reference"), name="contra_reference_once"),
        ),
        migrations.AddIndex(
            model_name="transferrefusal",
            index=models.Index(fields=["reference_id"], name="refusal_reference"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["contra", "at"], name="transfer_of_contra"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(condition=models.Q(("reverses__isnull", False)), fields=["reverses"], name="transfer_refunds"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(condition=models.Q(("group_id__isnull", False)), fields=["group_id"], name="transfer_group"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(condition=models.Q(("direction__in", [1, -1])), name="transfer_direction"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("others_amount__gte", 0), ("own_amount__gte", 0)), name="transfer_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("own_amount__gt", 0), ("others_amount__gt", 0), _connector="OR"), name="transfer_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("direction", 1), ("purpose", "TOPUP")),
                fields=("reference_id",),
                name="transfer_one_credit_per_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("hold__isnull", False)), fields=("hold",), name="transfer_one_per_hold"
            ),
        ),
        migrations.AddIndex(
            model_name="incomingreservation",
            index=models.Index(condition=models.Q(("state", "OPEN")), fields=["wallet"], name="reservation_open"),
        ),
        migrations.AddConstraint(
            model_name="incomingreservation",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="reservation_positive"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(condition=models.Q(("state", "ACTIVE")), fields=["wallet"], name="hold_active_of_wallet"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(condition=models.Q(("state", "ACTIVE")), fields=["expires_at"], name="hold_expiry"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("others_amount__gte", 0), ("own_amount__gte", 0)), name="hold_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved_at", None), ("state", "ACTIVE")),
                    models.Q(models.Q(("state", "ACTIVE"), _negated=True), ("resolved_at__isnull", False)),
                    _connector="OR",
                ),
                name="hold_resolved_at",
            ),
        ),
        migrations.AddIndex(
            model_name="wallet",
            index=models.Index(
                condition=models.Q(("status__in", ["COMPLETED", "FAILED"]), _negated=True),
                fields=["next_attempt_at"],
                name="wallet_provisioning_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="wallet",
            constraint=models.UniqueConstraint(fields=("user", "kind"), name="wallet_one_of_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="wallet",
            constraint=models.CheckConstraint(
                condition=models.Q(("others_balance__gte", 0), ("own_balance__gte", 0)), name="wallet_no_overdraft"
            ),
        ),
        migrations.AddConstraint(
            model_name="wallet",
            constraint=models.CheckConstraint(
                condition=models.Q(("others_held__gte", 0), ("own_held__gte", 0)), name="wallet_held_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="wallet",
            constraint=models.CheckConstraint(
                condition=models.Q(("others_held__lte", models.F("others_balance")), ("own_held__lte", models.F("own_balance"))),
                name="wallet_held_within_balance",
            ),
        ),
        migrations.AddConstraint(
            model_name="wallet",
            constraint=models.CheckConstraint(
                condition=models.Q(("incoming_reserved__gte", 0)), name="wallet_incoming_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="wallet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "cap__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("own_balance"), "+", models.F("others_balance")
                            ),
                            "+",
                            models.F("incoming_reserved"),
                        ),
                    )
                ),
                name="wallet_within_cap",
            ),
        ),
        migrations.AddConstraint(
            model_name="wallet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "COMPLETED"), _negated=True), ("transcorp_wallet_id__isnull", False), _connector="OR"
                ),
                name="wallet_completed_has_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="allowance",
            constraint=models.UniqueConstraint(
                fields=("wallet_kind", "direction", "purpose", "contra_kind", "merchant_category"),
                name="allowance_once",
                nulls_distinct=False,
            ),
        ),
        sql(SQL / "reference.sql"),
        sql(SQL / "guards.sql"),
        sql(SQL / "movement.sql"),
        sql(SQL / "parts.sql"),
        sql(SQL / "incoming.sql"),
        sql(SQL / "post.sql"),
        sql(SQL / "holds.sql"),
        sql(SQL / "wallet.sql"),
        sql(SQL / "grants.sql"),
    ]
