"""Juspay: sessions, orders, refunds, mandates, webhooks and a checkout page."""
