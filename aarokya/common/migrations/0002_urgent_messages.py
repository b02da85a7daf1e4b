"""What somebody waits for passes whatever else is queued."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="outboxmessage",
            name="outbox_open",
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="is_urgent",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("done_at", None), ("quarantined_at", None)),
                fields=["is_urgent", "not_before", "id"],
                name="outbox_open",
            ),
        ),
    ]
