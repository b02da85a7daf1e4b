"""Routes of payments."""

from django.urls import path

from payments.api import views, webhooks

urlpatterns = [
    path("payments/session", views.SessionView.as_view()),
    path("payments", views.OrderListView.as_view()),
    path("payments/return", webhooks.ReturnView.as_view()),
    path("payments/<str:order_id>/status", views.OrderStatusView.as_view()),
    path("payments/<str:order_id>/refunds", views.RefundView.as_view()),
    path("webhooks/juspay", webhooks.JuspayWebhookView.as_view()),
]
