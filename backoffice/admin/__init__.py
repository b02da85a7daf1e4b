from backoffice.admin import audit, outbox, people, site

__all__ = ["audit", "outbox", "people", "site"]
