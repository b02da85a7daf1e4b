from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BackofficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = "Back office"

    def ready(self) -> None:
        # Django's own hook: it makes the permissions there too, app by app, and this app is the last.
        post_migrate.connect(install_roles, sender=self)


def install_roles(**_: Any) -> None:
    from backoffice import roles  # noqa: PLC0415 (models may not be imported before the apps are ready)

    roles.install()
