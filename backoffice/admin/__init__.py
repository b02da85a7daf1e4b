from backoffice.admin import activations, audit, exports, outbox, people, site

__all__ = ["activations", "audit", "exports", "outbox", "people", "site"]
