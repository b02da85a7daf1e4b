"""Migrations whose statements live in readable .sql files beside them."""

from pathlib import Path

from django.conf import settings
from django.db import migrations


def sql(path: Path) -> migrations.RunSQL:
    """Run one file; `{app}` in it stands for the application's database role. There is no way back: money is not unwritten."""
    text = path.read_text(encoding="utf-8").replace("{app}", settings.DATABASE_APP_ROLE)
    return migrations.RunSQL(text, migrations.RunSQL.noop)
