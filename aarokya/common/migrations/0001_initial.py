from pathlib import Path

from django.db import migrations, models

import aarokya.common.crypto
import aarokya.common.ids
from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    # The application's rights are defaults for tables made later: this goes before every other table.
    run_before = [
        ("contenttypes", "0001_initial"),
        ("auth", "0001_initial"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        sql(SQL / "roles.sql"),
        sql(SQL / "append_only.sql"),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("day", models.DateField(editable=False)),
                ("number", models.PositiveIntegerField(editable=False)),
                ("actor", models.CharField(max_length=120)),
                ("action", models.CharField(max_length=80)),
                ("object_type", models.CharField(max_length=80)),
                ("object_id", models.CharField(max_length=80)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("reason", models.TextField(blank=True)),
                ("request_id", models.CharField(blank=True, max_length=80)),
                ("previous_hash", models.CharField(editable=False, max_length=64)),
                ("hash", models.CharField(editable=False, max_length=64)),
            ],
            options={
                "verbose_name_plural": "audit entries",
                "db_table": "common_audit",
                "indexes": [models.Index(fields=["object_type", "object_id"], name="audit_object")],
                "constraints": [models.UniqueConstraint(fields=("day", "number"), name="audit_day_number")],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=aarokya.common.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_modified_at", models.DateTimeField(auto_now=True)),
                ("actor", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=255)),
                ("path", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("lease_until", models.DateTimeField()),
                ("status_code", models.PositiveSmallIntegerField(null=True)),
                ("body", aarokya.common.crypto.EncryptedJSONField(null=True)),
            ],
            options={
                "db_table": "common_idempotency_key",
                "indexes": [models.Index(fields=["created_at"], name="idempotency_created")],
                "constraints": [models.UniqueConstraint(fields=("actor", "key"), name="idempotency_actor_key")],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("topic", models.CharField(max_length=80)),
                ("handler", models.CharField(max_length=120)),
                ("key", models.CharField(blank=True, max_length=120)),
                ("payload", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("not_before", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("quarantined_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
            ],
            options={
                "db_table": "common_outbox",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None), ("quarantined_at", None)),
                        fields=["not_before", "id"],
                        name="outbox_open",
                    ),
                    models.Index(
                        condition=models.Q(("done_at", None), ("quarantined_at", None)),
                        fields=["handler", "key", "id"],
                        name="outbox_order",
                    ),
                ],
            },
        ),
        sql(SQL / "audit.sql"),
    ]
