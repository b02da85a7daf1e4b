"""The wallet's routes. `wallet_id` is the issuer's id, as `GET /wallet` shows it."""

from django.urls import path

from wallets.api.views import accounts, contributions, reconciliation, sponsors, statements, withdrawals
from wallets.api.views import wallet as views

urlpatterns = [
    path("wallet", views.WalletView.as_view()),
    path("wallet/transactions", views.WalletTransactionsView.as_view()),
    path("wallet/pay", views.WalletPayView.as_view()),
    path("wallet/statement", statements.StatementView.as_view()),
    path("wallet/withdrawals", withdrawals.MyWithdrawalsView.as_view()),
    path("wallet/withdrawals/<uuid:withdrawal_id>/cancel", withdrawals.MyWithdrawalCancelView.as_view()),
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
    path("withdrawals", withdrawals.WithdrawalsView.as_view()),
    path("withdrawals/<uuid:withdrawal_id>/approve", withdrawals.WithdrawalApprovalView.as_view()),
    path("withdrawals/<uuid:withdrawal_id>/confirm", withdrawals.WithdrawalConfirmationView.as_view()),
    path("withdrawals/<uuid:withdrawal_id>/fail", withdrawals.WithdrawalFailureView.as_view()),
    path("withdrawals/<uuid:withdrawal_id>/reject", withdrawals.WithdrawalRejectionView.as_view()),
    path("users/<uuid:user_id>/balance", accounts.UserBalanceView.as_view()),
    path("users/<uuid:user_id>/ledger", accounts.UserLedgerView.as_view()),
    path("users/<uuid:user_id>/accounts", accounts.UserAccountsView.as_view()),
    path("users/<uuid:user_id>/accounts/<uuid:account_id>", accounts.UserAccountView.as_view()),
    path("accounts", accounts.AccountsView.as_view()),
    path("accounts/<uuid:account_id>", accounts.AccountView.as_view()),
]
