"""Routes of the doctor."""

from django.urls import path

from doctor.api import papers, staff, views, webhooks

urlpatterns = [
    path("doctor/consent", views.ConsentView.as_view()),
    path("doctor/session", views.SessionStartView.as_view()),
    path("doctor/sessions", views.SessionListView.as_view()),
    path("doctor/session/<uuid:session_id>", views.SessionView.as_view()),
    path("doctor/session/<uuid:session_id>/message", views.MessageView.as_view()),
    path("doctor/session/<uuid:session_id>/addendum", views.AddendumView.as_view()),
    path("doctor/session/<uuid:session_id>/cancel", views.CancelView.as_view()),
    path("doctor/session/<uuid:session_id>/feedback", views.FeedbackView.as_view()),
    path("doctor/session/<uuid:session_id>/summary.pdf", papers.SummaryPdfView.as_view()),
    path("doctor/session/<uuid:session_id>/fhir", papers.FhirView.as_view()),
    path("doctor/session/<uuid:session_id>/export", papers.ExportView.as_view()),
    path("doctor/submit/<uuid:session_id>", views.SubmitView.as_view()),
    path("doctor/emergency_contact", views.ContactView.as_view()),
    path("doctor/alerts", staff.AlertListView.as_view()),
    path("doctor/alerts/<uuid:alert_id>/acknowledge", staff.AlertAcknowledgeView.as_view()),
    path("doctor/grants", staff.GrantView.as_view()),
    path("webhooks/aathma", webhooks.AathmaWebhookView.as_view()),
]
