"""Aathma: doctors, assigned to consultations; and its on-call desk."""
