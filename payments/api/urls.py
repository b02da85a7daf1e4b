"""Routes of payments."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from payments.api import contributing, funding, mandates, views, webhooks


class OrderIdConverter(StringConverter):
    """What an order id looks like; anything else is an unknown path and never reaches the database."""

    regex = "[0-9A-Z]{20}"


register_converter(OrderIdConverter, "order_id")

MANDATE = "users/<uuid:user_id>/mandates/<uuid:mandate_id>"

urlpatterns = [
    path("payments/session", views.SessionView.as_view()),
    path("payments", views.OrderListView.as_view()),
    path("payments/return", webhooks.ReturnView.as_view()),
    path("payments/<order_id:order_id>/status", views.OrderStatusView.as_view()),
    path("payments/<order_id:order_id>/receipt", views.ReceiptView.as_view()),
    path("payments/<order_id:order_id>/refunds", views.RefundView.as_view()),
    path("contributions/payments", contributing.ContributionView.as_view()),
    path("contributions/payments/<order_id:order_id>", contributing.ContributionStatusView.as_view()),
    path("users/<uuid:user_id>/contributions/self", funding.SelfContributionView.as_view()),
    path("users/<uuid:user_id>/orders/<uuid:row_id>", funding.FundingOrderView.as_view()),
    path("users/<uuid:user_id>/mandate/register", mandates.MandateRegisterView.as_view()),
    path("users/<uuid:user_id>/mandate/order_status/<order_id:order_id>", mandates.MandateOrderView.as_view()),
    path("users/<uuid:user_id>/mandates", mandates.MandateListView.as_view()),
    path("users/<uuid:user_id>/mandates/active", mandates.ActiveMandateView.as_view()),
    path(f"{MANDATE}/status", mandates.MandateStatusView.as_view()),
    path(f"{MANDATE}/pause", mandates.MandatePauseView.as_view()),
    path(f"{MANDATE}/resume", mandates.MandateResumeView.as_view()),
    path(f"{MANDATE}/cancel", mandates.MandateCancelView.as_view()),
    path(f"{MANDATE}/calendar", mandates.MandateCalendarView.as_view()),
    path(f"{MANDATE}/executions", mandates.ExecutionListView.as_view()),
    path(f"{MANDATE}/executions/<uuid:execution_id>", mandates.ExecutionDetailView.as_view()),
    path(f"{MANDATE}/executions/<uuid:execution_id>/cancel", mandates.ExecutionCancelView.as_view()),
    path("mandates/<uuid:mandate_id>/execute", mandates.ExecuteView.as_view()),
    path("mandates/<uuid:mandate_id>/executions/<uuid:execution_id>/status_check", mandates.StatusCheckView.as_view()),
    path("payments/<order_id:order_id>/refunds/<uuid:refund_id>/approve", views.RefundApprovalView.as_view()),
    path("payments/<order_id:order_id>/refunds/<uuid:refund_id>/decline", views.RefundDeclineView.as_view()),
    path("webhooks/juspay", webhooks.JuspayWebhookView.as_view()),
    path("webhooks/razorpay", webhooks.RazorpayWebhookView.as_view()),
    path("webhooks/stripe", webhooks.StripeWebhookView.as_view()),
]
