from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import aarokya.common.ids
import aarokya.common.money
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_consent_texts"),
        ("payments", "0002_receipts"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="mandate_role",
            field=models.CharField(blank=True, choices=[("REGISTRATION", "Registration"), ("DEBIT", "Debit")], max_length=12),
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("type", models.CharField(max_length=40)),
                ("reference_type", models.CharField(max_length=40)),
                ("reference_id", models.CharField(max_length=64)),
                ("amount", aarokya.common.money.MoneyField()),
                ("max_amount", aarokya.common.money.MoneyField()),
                ("frequency", models.CharField(choices=[("DAILY", "Daily"), ("YEARLY", "Yearly")], max_length=10)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("INITIATED", "Initiated"),
                            ("PENDING", "Pending"),
                            ("ACTIVE", "Active"),
                            ("PAUSED", "Paused"),
                            ("CANCELLED", "Cancelled"),
                            ("COMPLETED", "Completed"),
                            ("FAILED", "Failed"),
                        ],
                        default="INITIATED",
                        max_length=10,
                    ),
                ),
                ("external_id", models.CharField(blank=True, max_length=80)),
                ("external_status", models.CharField(blank=True, max_length=40)),
                (
                    "pause_cause",
                    models.CharField(
                        blank=True, choices=[("CUSTOMER", "Customer"), ("BANK", "Bank"), ("FAILURES", "Failures")], max_length=10
                    ),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("activated_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=200)),
                ("next_debit_on", models.DateField(null=True)),
                ("next_plan_at", models.DateTimeField(null=True)),
                (
                    "registration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandate", to="payments.order"
                    ),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user")),
            ],
            options={
                "db_table": "payments_mandate",
            },
        ),
        migrations.CreateModel(
            name="MandateExecution",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("due_on", models.DateField()),
                ("amount", aarokya.common.money.MoneyField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("INITIATED", "Initiated"),
                            ("PENDING", "Pending"),
                            ("SUCCESS", "Success"),
                            ("FAILED", "Failed"),
                            ("CANCELLED", "Cancelled"),
                            ("STATUS_UNKNOWN", "Status Unknown"),
                        ],
                        default="INITIATED",
                        max_length=15,
                    ),
                ),
                ("job_execution_id", models.CharField(blank=True, max_length=100)),
                ("execute_at", models.DateTimeField()),
                ("notice_number", models.PositiveSmallIntegerField(default=1)),
                ("notice_sent", models.BooleanField(default=False)),
                ("notified_at", models.DateTimeField(null=True)),
                ("dispatched_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("next_step_at", models.DateTimeField(null=True)),
                ("checks", models.PositiveSmallIntegerField(default=0)),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="executions", to="payments.mandate"
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="execution", to="payments.order"
                    ),
                ),
            ],
            options={
                "db_table": "payments_mandate_execution",
            },
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["user", "-id"], name="mandate_of_user"),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(condition=models.Q(("status", "ACTIVE")), fields=["next_plan_at"], name="mandate_due"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("PENDING", "ACTIVE", "PAUSED"))), fields=("user",), name="mandate_one_live"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True), fields=("external_id",), name="mandate_external_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("max_amount__gte", models.F("amount"))), name="mandate_amounts"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("pause_cause", ""), ("status", "PAUSED"), _connector="OR"), name="mandate_pause"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "ACTIVE"), _negated=True), models.Q(("external_id", ""), _negated=True), _connector="OR"
                ),
                name="mandate_known_to_debit",
            ),
        ),
        migrations.AddIndex(
            model_name="mandateexecution",
            index=models.Index(
                condition=models.Q(("next_step_at__isnull", False)), fields=["next_step_at"], name="execution_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandateexecution",
            constraint=models.UniqueConstraint(fields=("mandate", "due_on"), name="execution_one_a_day"),
        ),
        migrations.AddConstraint(
            model_name="mandateexecution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("job_execution_id", ""), _negated=True),
                fields=("mandate", "job_execution_id"),
                name="execution_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandateexecution",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="execution_positive"),
        ),
        migrations.AddConstraint(
            model_name="mandateexecution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["PENDING", "SUCCESS"]), _negated=True), ("order__isnull", False), _connector="OR"
                ),
                name="execution_has_order",
            ),
        ),
        sql(SQL / "mandates.sql"),
    ]
