from pathlib import Path

from django.db import migrations, models

from aarokya.common.sql import sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("common", "0001_initial"),
        ("accounts", "0005_consent_texts"),
        ("wallets", "0003_contributions"),
        ("payments", "0003_mandates"),
        ("insurance", "0003_issued_documents"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("entries", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
            ],
            options={"db_table": "backoffice_audit_anchor"},
        ),
        migrations.CreateModel(
            name="Right",
            fields=[("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))],
            options={
                "permissions": [
                    ("replay_message", "Can try quarantined messages again"),
                    ("reveal_person", "Can see a customer's personal data, with a reason, for minutes"),
                    ("see_float", "Can see how much money all wallets hold"),
                ],
                "managed": False,
                "default_permissions": (),
            },
        ),
        sql(SQL / "anchors.sql"),
        sql(SQL / "queue_indexes.sql"),
    ]
