"""Every route, at the root and without a trailing slash."""

from django.contrib import admin
from django.urls import path

from aarokya.common.api import system
from aarokya.common.api.routes import RouteTable
from accounts.api import urls as accounts
from doctor.api import urls as doctor
from insurance.api import urls as insurance
from payments.api import urls as payments
from wallets.api import urls as wallets

SYSTEM = [
    path("health", system.HealthView.as_view()),
    path("health/ready", system.ReadyView.as_view()),
    path("metrics", system.MetricsView.as_view()),
    path("api_docs/openapi.json", system.OpenApiView.as_view(), name="openapi"),
    path("api_docs/ui", system.SwaggerView.as_view()),
    path("api_docs/errors", system.ErrorCatalogueView.as_view()),
]
APPS = (accounts, wallets, payments, insurance, doctor)

urlpatterns = [
    RouteTable(SYSTEM, *(app.urlpatterns for app in APPS)),
    path("admin/", admin.site.urls),
]
