from django.apps import AppConfig
from django.conf import settings

from aarokya.celery import app as celery_app
from aarokya.common import logging


class CommonConfig(AppConfig):
    name = "aarokya.common"
    label = "common"
    verbose_name = "Kernel"

    def ready(self) -> None:
        logging.configure(settings.LOGGING)
        celery_app.set_default()  # so that the web process publishes to our broker too
