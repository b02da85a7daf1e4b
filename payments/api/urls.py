"""Routes of payments."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from payments.api import views, webhooks


class OrderIdConverter(StringConverter):
    """What an order id looks like; anything else is an unknown path and never reaches the database."""

    regex = "[0-9A-Z]{20}"


register_converter(OrderIdConverter, "order_id")

urlpatterns = [
    path("payments/session", views.SessionView.as_view()),
    path("payments", views.OrderListView.as_view()),
    path("payments/return", webhooks.ReturnView.as_view()),
    path("payments/<order_id:order_id>/status", views.OrderStatusView.as_view()),
    path("payments/<order_id:order_id>/receipt", views.ReceiptView.as_view()),
    path("payments/<order_id:order_id>/refunds", views.RefundView.as_view()),
    path("webhooks/juspay", webhooks.JuspayWebhookView.as_view()),
]
