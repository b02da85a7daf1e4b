"""Django settings of the sandbox process: routing and templates, nothing else."""

import os
import secrets
from pathlib import Path

SECRET_KEY = secrets.token_urlsafe(32)  # signs nothing: there are no sessions and no cookies here
DEBUG = False
ALLOWED_HOSTS = ["*"]  # people reach it by whatever name their machine has; it holds play money only
ROOT_URLCONF = "sandbox.urls"
APPEND_SLASH = False
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
USE_TZ = True
TIME_ZONE = "UTC"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parent.parent / "templates"],
        "OPTIONS": {"builtins": ["sandbox.formatting"]},
    }
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "sandbox": {"handlers": ["console"], "level": os.environ.get("SANDBOX_LOG_LEVEL", "WARNING")},
        # A partner that answers 4xx is doing its job: not worth a line on the console.
        "django.request": {"handlers": ["console"], "level": "CRITICAL", "propagate": False},
    },
}
