"""Every route, at the root and without a trailing slash."""

from django.contrib import admin
from django.urls import include, path

from aarokya.common.api import system

urlpatterns = [
    path("health", system.HealthView.as_view()),
    path("health/ready", system.ReadyView.as_view()),
    path("metrics", system.MetricsView.as_view()),
    path("api_docs/openapi.json", system.OpenApiView.as_view(), name="openapi"),
    path("api_docs/ui", system.SwaggerView.as_view()),
    path("api_docs/errors", system.ErrorCatalogueView.as_view()),
    path("", include("accounts.api.urls")),
    path("", include("wallets.api.urls")),
    path("", include("payments.api.urls")),
    path("", include("insurance.api.urls")),
    path("", include("doctor.api.urls")),
    path("admin/", admin.site.urls),
]
