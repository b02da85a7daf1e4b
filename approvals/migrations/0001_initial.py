from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aarokya.common.ids
import aarokya.common.money
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("common", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Limit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("REFUND", "Refund"),
                            ("PAYOUT", "Payout to a customer's bank"),
                            ("SETTLEMENT", "Payout to a provider"),
                            ("ADJUSTMENT", "Adjustment of a book"),
                            ("PLAN", "Plans put on sale"),
                            ("EXPORT", "Export"),
                            ("UNMASK", "Export with personal data"),
                            ("LIMIT", "Change of a limit"),
                        ],
                        max_length=12,
                    ),
                ),
                ("role", models.CharField(max_length=40)),
                ("alone_up_to", models.BigIntegerField(default=-1, help_text="paise one person may move alone; -1: never alone")),
                ("approve_up_to", models.BigIntegerField(help_text="paise this role may approve; empty: any amount", null=True)),
            ],
            options={
                "db_table": "approvals_limit",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "role"), name="approval_limit_once"),
                    models.CheckConstraint(condition=models.Q(("alone_up_to__gte", -1)), name="approval_limit_alone"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approve_up_to", None), ("approve_up_to__gte", models.F("alone_up_to")), _connector="OR"
                        ),
                        name="approval_limit_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("REFUND", "Refund"),
                            ("PAYOUT", "Payout to a customer's bank"),
                            ("SETTLEMENT", "Payout to a provider"),
                            ("ADJUSTMENT", "Adjustment of a book"),
                            ("PLAN", "Plans put on sale"),
                            ("EXPORT", "Export"),
                            ("UNMASK", "Export with personal data"),
                            ("LIMIT", "Change of a limit"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.CharField(max_length=60)),
                ("amount", aarokya.common.money.MoneyField(null=True)),
                ("reason", models.CharField(max_length=1000)),
                ("preview", models.JSONField(default=list)),
                ("payload", models.JSONField(default=dict)),
                ("requested_by", models.CharField(max_length=120)),
                ("requested_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waits for a second person"),
                            ("APPROVED", "Approved and carried out"),
                            ("DECLINED", "Declined"),
                            ("EXPIRED", "Nobody decided in time"),
                            ("CANCELLED", "No longer wanted"),
                        ],
                        default="WAITING",
                        max_length=9,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("decided_for", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.CharField(blank=True, max_length=1000)),
                ("outcome", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "db_table": "approvals_request",
                "indexes": [
                    models.Index(condition=models.Q(("state", "WAITING")), fields=["expires_at"], name="approval_waiting"),
                    models.Index(fields=["kind", "subject_id", "state"], name="approval_of_subject"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("requested_by", ""), _negated=True)
                        ),
                        name="approval_asked_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "APPROVED"), _negated=True),
                            models.Q(
                                models.Q(("decided_by", ""), _negated=True),
                                models.Q(("decided_by", models.F("requested_by")), _negated=True),
                                models.Q(("decided_for", models.F("requested_by")), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="approval_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "APPROVED"), _negated=True),
                            ("decided_at__lt", models.F("expires_at")),
                            _connector="OR",
                        ),
                        name="approval_in_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "WAITING")),
                            models.Q(models.Q(("state", "WAITING"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="approval_decided_at",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "WAITING")), fields=("kind", "subject_id"), name="approval_one_waiting"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.UUIDField(default=aarokya.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                (
                    "giver",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "taker",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "db_table": "approvals_delegation",
                "indexes": [models.Index(fields=["taker", "ends_at"], name="delegation_of_taker")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("giver", models.F("taker")), _negated=True), name="delegation_to_another"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="delegation_has_a_span"
                    ),
                ],
            },
        ),
        sql(SQL / "requests.sql"),
    ]
