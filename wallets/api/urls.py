"""The wallet's routes. `wallet_id` is the issuer's id, as `GET /wallet` shows it."""

from django.urls import path

from wallets.api.views import reconciliation
from wallets.api.views import wallet as views

urlpatterns = [
    path("wallet", views.WalletView.as_view()),
    path("wallet/transactions", views.WalletTransactionsView.as_view()),
    path("wallet/pay", views.WalletPayView.as_view()),
    path("wallet/<str:wallet_id>/balance", views.WalletBalanceView.as_view()),
    path("wallet/<str:wallet_id>/status", views.WalletStatusView.as_view()),
    path("wallet/<str:wallet_id>/transactions/history/<str:number_of_days>", views.WalletHistoryView.as_view()),
    path("payees", views.PayeesView.as_view()),
    path("reconciliation/differences", reconciliation.DifferencesView.as_view()),
    path("reconciliation/differences/<uuid:difference_id>/adjustments", reconciliation.DifferenceAdjustmentsView.as_view()),
    path("reconciliation/adjustments", reconciliation.AdjustmentsView.as_view()),
    path("reconciliation/adjustments/<uuid:adjustment_id>/approve", reconciliation.AdjustmentApprovalView.as_view()),
    path("reconciliation/adjustments/<uuid:adjustment_id>/reject", reconciliation.AdjustmentRejectionView.as_view()),
]
