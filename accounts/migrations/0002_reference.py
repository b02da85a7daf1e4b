"""Aarokya's own platform and the groups of staff: rows that code refers to."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OWN_PLATFORM_ID = "00000000-0000-7000-8000-000000000000"
GROUPS = ("ops", "finance", "support", "auditor")


def install(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("accounts", "Platform").objects.get_or_create(id=OWN_PLATFORM_ID, defaults={"name": "Aarokya"})
    for name in GROUPS:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
