from backoffice.admin import activations, audit, exports, impersonations, outbox, people, site

__all__ = ["activations", "audit", "exports", "impersonations", "outbox", "people", "site"]
