"""Pages of our own inside the admin's addresses, names and login."""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path

from backoffice import views


def pages() -> list[URLPattern]:
    """What unfold's site puts before its own pages."""
    return [path("find/", admin.site.admin_view(views.find), name="backoffice_find")]


site: Any = admin.site
site.extra_urls = pages
