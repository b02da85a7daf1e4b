from backoffice.admin import audit, outbox

__all__ = ["audit", "outbox"]
