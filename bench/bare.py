"""The bare Django view that `GET /wallet` is compared with: no DRF, no token, no limits; the same SQL, the same server."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

from aarokya import settings as ours

settings.configure(
    DATABASES={"default": ours.DATABASES["default"] | {"ENGINE": "django.db.backends.postgresql"}},
    ROOT_URLCONF=__name__,
    SECRET_KEY="bare",  # noqa: S106 (signs nothing)
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    INSTALLED_APPS=["django.contrib.contenttypes"],
    USE_TZ=True,
    LOGGING_CONFIG=None,
)
django.setup()
SQL = os.environ["BARE_SQL"]


def wallet(_request: HttpRequest) -> JsonResponse:
    """Run the SQL and show its row."""
    with connection.cursor() as cursor:
        cursor.execute(SQL)
        columns = [column.name for column in cursor.description or ()]
        return JsonResponse(dict(zip(columns, cursor.fetchone(), strict=True)))


urlpatterns = [path("wallet", wallet)]
application = WSGIHandler()
