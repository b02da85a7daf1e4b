"""Routes of insurance. Ids are plain text here: a malformed one is refused under the endpoint's own number."""

from django.urls import path

from insurance.api.views import benefits, claims, documents, eligibility, mrns, older, policies, premiums, providers, renewals

urlpatterns = [
    path("benefit_providers", providers.ProviderListView.as_view()),
    path("benefit_providers/<str:provider_id>", providers.ProviderDetailView.as_view()),
    path("benefits", benefits.BenefitListView.as_view()),
    path("benefits/<str:benefit_id>", benefits.BenefitDetailView.as_view()),
    path("mrns", mrns.MrnListView.as_view()),
    path("mrns/<str:mrn_id>", mrns.MrnDetailView.as_view()),
    path("insurance_policies", policies.PolicyStaffListView.as_view()),
    path("insurance_policies/<str:pid>", policies.PolicyStaffView.as_view()),
    path("users/<str:uid>/eligibility", eligibility.EligibilityView.as_view()),
    path("users/<str:uid>/insurance_policies", policies.PolicyListView.as_view()),
    path("users/<str:uid>/insurance_policies/preview", policies.PolicyPreviewView.as_view()),
    path("users/<str:uid>/insurance_policies/preview_enrollment_form", policies.PolicyPreviewFormView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>", policies.PolicyDetailView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>/details", policies.PolicyWithBenefitView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>/renew", renewals.RenewView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>/coverage", renewals.CoverageView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>/premium", premiums.PremiumView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>/enrollment_form", documents.EnrollmentFormView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>/schedule", documents.ScheduleView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>/card", documents.CardView.as_view()),
    path("insurance/plans", older.OlderPlansView.as_view()),
    path("insurance/calculate-premium", older.CalculatePremiumView.as_view()),
    path("insurance/purchase", older.OlderPurchaseView.as_view()),
    path("insurance/policies/<str:pid>/claim", claims.OlderClaimView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>/claims", claims.PolicyClaimsView.as_view()),
    path("users/<str:uid>/claims", claims.ClaimListView.as_view()),
    path("users/<str:uid>/claims/<str:cid>", claims.ClaimDetailView.as_view()),
    path("users/<str:uid>/claims/<str:cid>/submit", claims.ClaimSubmitView.as_view()),
    path("users/<str:uid>/claims/<str:cid>/answers", claims.ClaimAnswerView.as_view()),
    path("users/<str:uid>/claims/<str:cid>/documents", claims.ClaimDocumentsView.as_view()),
    path("users/<str:uid>/claims/<str:cid>/documents/<str:did>", claims.ClaimDocumentView.as_view()),
    path("webhooks/narayana", claims.NarayanaWebhookView.as_view()),
    path("insurance/policies/<str:pid>", older.OlderPolicyView.as_view()),
    path("verify", documents.VerifyPageView.as_view()),
    path("verify/<str:code>", documents.VerifyView.as_view()),
    path("users/<str:uid>/insurance_policies/<str:pid>/cancel", policies.PolicyCancelView.as_view()),
]
