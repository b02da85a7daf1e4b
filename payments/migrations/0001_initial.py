from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import aarokya.common.crypto
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
            name="Order",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("order_id", models.CharField(default=aarokya.common.ids.order_id, editable=False, max_length=20, unique=True)),
                ("type", models.CharField(max_length=40)),
                (
                    "payment_method",
                    models.CharField(
                        choices=[("GATEWAY", "Gateway"), ("WALLET", "Wallet"), ("WALLET_AND_GATEWAY", "Wallet And Gateway")],
                        default="GATEWAY",
                        max_length=20,
                    ),
                ),
                ("provider", models.CharField(default="JUSPAY", max_length=20)),
                ("amount", aarokya.common.money.MoneyField()),
                ("gateway_amount", aarokya.common.money.MoneyField()),
                ("wallet_amount", aarokya.common.money.MoneyField(default=0)),
                ("currency", models.CharField(default="INR", max_length=3)),
                ("description", models.CharField(blank=True, max_length=200)),
                ("reference_type", models.CharField(max_length=40)),
                ("reference_id", models.CharField(max_length=64)),
                ("payee_reference", models.CharField(blank=True, max_length=64)),
                ("opened_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("CREATED", "Created"),
                            ("SESSION_OPEN", "Session Open"),
                            ("PENDING", "Pending"),
                            ("FAILED", "Failed"),
                            ("EXPIRED", "Expired"),
                            ("MISMATCH", "Mismatch"),
                            ("CHARGED", "Charged"),
                            ("REVERSED", "Reversed"),
                        ],
                        default="CREATED",
                        max_length=20,
                    ),
                ),
                ("gateway_status", models.CharField(blank=True, max_length=40)),
                ("gateway_reference", models.CharField(blank=True, max_length=80)),
                ("payload", aarokya.common.crypto.EncryptedJSONField(null=True)),
                ("session_at", models.DateTimeField(null=True)),
                ("captured", aarokya.common.money.MoneyField(default=0)),
                ("hold_id", models.UUIDField(null=True)),
                ("transfer_id", models.UUIDField(null=True)),
                ("settlement", models.CharField(blank=True, choices=[("DONE", "Done"), ("REFUND", "Refund")], max_length=10)),
                ("settled_at", models.DateTimeField(null=True)),
                ("review_reason", models.CharField(blank=True, max_length=300)),
                ("next_check_at", models.DateTimeField(null=True)),
                ("checks", models.PositiveSmallIntegerField(default=0)),
                ("last_polled_at", models.DateTimeField(null=True)),
                ("synced_at", models.DateTimeField(null=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user")),
            ],
            options={
                "db_table": "payments_order",
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("transaction_id", models.CharField(max_length=80)),
                ("amount", aarokya.common.money.MoneyField()),
                ("is_extra", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="payments.order"),
                ),
            ],
            options={
                "db_table": "payments_charge",
            },
        ),
        migrations.CreateModel(
            name="OrderEvent",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("from_status", models.CharField(blank=True, max_length=20)),
                ("to_status", models.CharField(max_length=20)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("OPENED", "Opened"),
                            ("SESSION", "Session"),
                            ("WEBHOOK", "Webhook"),
                            ("POLL", "Poll"),
                            ("RETURN", "Return"),
                            ("SWEEP", "Sweep"),
                            ("WALLET", "Wallet"),
                            ("STAFF", "Staff"),
                        ],
                        max_length=20,
                    ),
                ),
                ("evidence_id", models.CharField(blank=True, max_length=80)),
                ("evidence", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="events", to="payments.order"),
                ),
            ],
            options={
                "db_table": "payments_order_event",
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("amount", aarokya.common.money.MoneyField()),
                (
                    "reason",
                    models.CharField(
                        choices=[("PURPOSE_GONE", "Purpose Gone"), ("CHARGED_TWICE", "Charged Twice"), ("STAFF", "Staff")],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("requested_by", models.CharField(max_length=120)),
                ("unique_request_id", models.CharField(max_length=20, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
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
                ("gateway_reference", models.CharField(blank=True, max_length=80)),
                ("arn", models.CharField(blank=True, max_length=80)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("requested_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("next_check_at", models.DateTimeField(null=True)),
                ("checks", models.PositiveSmallIntegerField(default=0)),
                (
                    "charge",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.charge"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="payments.order"),
                ),
            ],
            options={
                "db_table": "payments_refund",
            },
        ),
        migrations.CreateModel(
            name="WebhookInbox",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=20)),
                ("dedupe_key", models.CharField(max_length=100)),
                ("headers", models.JSONField(default=dict)),
                ("body", aarokya.common.crypto.EncryptedTextField(blank=True)),
                ("received_at", models.DateTimeField()),
                ("event_name", models.CharField(blank=True, max_length=80)),
                ("order_id", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("RECEIVED", "Received"),
                            ("PROCESSED", "Processed"),
                            ("UNKNOWN_ORDER", "Unknown Order"),
                            ("UNREADABLE", "Unreadable"),
                        ],
                        default="RECEIVED",
                        max_length=20,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("processed_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "verbose_name_plural": "webhook inbox",
                "db_table": "payments_webhook_inbox",
                "indexes": [
                    models.Index(condition=models.Q(("order_id", ""), _negated=True), fields=["order_id"], name="webhook_order"),
                    models.Index(fields=["received_at"], name="webhook_received"),
                ],
                "constraints": [models.UniqueConstraint(fields=("provider", "dedupe_key"), name="webhook_once")],
            },
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["user", "-id"], name="order_of_user"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=models.Q(("next_check_at__isnull", False)), fields=["next_check_at"], name="order_due"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["status", "opened_at"], name="order_by_status"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["reference_type", "reference_id"], name="order_reference"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount",
                        django.db.models.expressions.CombinedExpression(
                            models.F("gateway_amount"), "+", models.F("wallet_amount")
                        ),
                    )
                ),
                name="order_amount_parts",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0), ("captured__gte", 0), ("gateway_amount__gte", 0), ("wallet_amount__gte", 0)
                ),
                name="order_amounts_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(condition=models.Q(("currency", "INR")), name="order_currency"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(condition=models.Q(("order_id__regex", "^[0-9A-Z]{20}$")), name="order_id_shape"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("settlement", "")),
                    models.Q(("settled_at__isnull", False), ("status__in", ["CHARGED", "REVERSED"])),
                    _connector="OR",
                ),
                name="order_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(fields=("order", "transaction_id"), name="charge_once"),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_extra", False)), fields=("order",), name="charge_settling_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="charge_positive"),
        ),
        migrations.AddIndex(
            model_name="orderevent",
            index=models.Index(fields=["order", "id"], name="order_event_history"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["order", "id"], name="refund_of_order"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(condition=models.Q(("next_check_at__isnull", False)), fields=["next_check_at"], name="refund_due"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="refund_positive"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("unique_request_id__regex", "^[0-9A-Z]{1,20}$")), name="refund_request_id_shape"
            ),
        ),
        sql(SQL / "orders.sql"),
    ]
