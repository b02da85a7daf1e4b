"""Settings for django-hordak alone, in a database of its own on the same server."""

import os

from aarokya.common import config

DATABASES = {"default": config.database(os.environ["HORDAK_URL"]) | {"CONN_MAX_AGE": None}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "djmoney", "mptt", "hordak"]
SECRET_KEY = "bench"  # noqa: S105 (signs nothing)
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEFAULT_CURRENCY = HORDAK_INTERNAL_CURRENCY = "INR"
CURRENCIES = HORDAK_CURRENCIES = ["INR"]
