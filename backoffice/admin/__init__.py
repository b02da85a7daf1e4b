from backoffice.admin import activations, audit, outbox, people, site

__all__ = ["activations", "audit", "outbox", "people", "site"]
