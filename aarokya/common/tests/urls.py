"""The routes of the kernel's own tests."""

from django.urls import path

from aarokya.common.api import system
from aarokya.common.tests import views

urlpatterns = [
    path("health", system.HealthView.as_view()),
    path("health/ready", system.ReadyView.as_view()),
    path("metrics", system.MetricsView.as_view()),
    path("api_docs/errors", system.ErrorCatalogueView.as_view()),
    path("api_docs/openapi.json", system.OpenApiView.as_view(), name="openapi"),
    path("api_docs/ui", system.SwaggerView.as_view()),
    path("durable", views.DurableView.as_view()),
    path("resumable", views.ResumableView.as_view()),
    path("echo", views.EchoView.as_view()),
    path("names/<str:name>", views.NameView.as_view()),
    path("pages", views.PageView.as_view()),
    path("feed", views.FeedView.as_view()),
    path("staff", views.StaffView.as_view()),
    path("shared", views.SharedView.as_view()),
    path("failing/<str:how>", views.FailingView.as_view()),
    path("plain_failure", views.plain_failure),
]
