"""Routes of people and access."""

from django.urls import path

from accounts.api.views import auth, contributors, dependants, partners, privacy, profile, receipts, sessions, users

urlpatterns = [
    path("auth/otp/trigger", auth.OtpTriggerView.as_view()),
    path("auth/otp/verify", auth.OtpVerifyView.as_view()),
    path("auth/token/refresh", auth.TokenRefreshView.as_view()),
    path("auth/token", partners.PartnerTokenView.as_view()),
    path("auth/contributor_token", contributors.ContributorTokenView.as_view()),
    path("auth/admin/token", auth.StaffTokenView.as_view()),
    path("auth/admin/step_up", auth.StepUpView.as_view()),
    path("auth/logout", sessions.LogoutView.as_view()),
    path("auth/logout/all", sessions.LogoutAllView.as_view()),
    path("auth/sessions", sessions.SessionListView.as_view()),
    path("auth/sessions/<uuid:session_id>", sessions.SessionDetailView.as_view()),
    path("webhooks/sms/<slug:provider>", receipts.SmsReceiptView.as_view()),
    path("user/profile", profile.ProfileView.as_view()),
    path("user/preferences", profile.PreferencesView.as_view()),
    path("user", privacy.ErasureView.as_view()),
    path("user/erasure", privacy.ErasureStateView.as_view()),
    path("user/export", privacy.ExportView.as_view()),
    path("user/access_log", privacy.AccessLogView.as_view()),
    path("user/consents", privacy.ConsentView.as_view()),
    path("users", users.UserListView.as_view()),
    path("users/<uuid:user_id>", users.UserDetailView.as_view()),
    path("users/<uuid:user_id>/complete_onboarding", users.OnboardingView.as_view()),
    path("users/<uuid:user_id>/dependants", dependants.DependantListView.as_view()),
    path("users/<uuid:user_id>/dependants/bulk", dependants.DependantBulkView.as_view()),
    path("users/<uuid:user_id>/dependants/<uuid:dependant_id>", dependants.DependantDetailView.as_view()),
    path("users/<uuid:user_id>/legal_hold", privacy.LegalHoldView.as_view()),
    path("platforms", partners.PlatformListView.as_view()),
    path("platforms/<uuid:platform_id>", partners.PlatformDetailView.as_view()),
    path("platforms/<uuid:platform_id>/rotate_secret", partners.PlatformSecretView.as_view()),
]
