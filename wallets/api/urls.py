"""The wallet's routes. `wallet_id` is the issuer's id, as `GET /wallet` shows it."""

from django.urls import path

from wallets.api.views import contributions, reconciliation, sponsors
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
    path("sponsors", sponsors.SponsorsView.as_view()),
    path("sponsors/<uuid:sponsor_id>", sponsors.SponsorView.as_view()),
    path("sponsors/<uuid:sponsor_id>/sync", sponsors.SponsorSyncView.as_view()),
    path("sponsors/<uuid:sponsor_id>/deposit", sponsors.SponsorDepositView.as_view()),
    path("sponsors/<uuid:sponsor_id>/contribute", sponsors.SponsorContributeView.as_view()),
    path("contributions", contributions.ContributionsView.as_view()),
    path("contributions/bulk", contributions.BulkView.as_view()),
    path("contributions/bulk/<uuid:batch_id>", contributions.BatchView.as_view()),
    path("contributions/bulk/<uuid:batch_id>/rows", contributions.BatchRowsView.as_view()),
    path("contributions/bulk/<uuid:batch_id>/retry", contributions.BatchRetryView.as_view()),
    path("contributions/recurring", contributions.RecurringContributionsView.as_view()),
    path("contributions/recurring/<uuid:recurring_id>", contributions.RecurringContributionView.as_view()),
]
