from aarokya.common.models.audit import AuditEntry
from aarokya.common.models.base import Record
from aarokya.common.models.idempotency import IdempotencyKey
from aarokya.common.models.outbox import OutboxMessage

__all__ = ["AuditEntry", "IdempotencyKey", "OutboxMessage", "Record"]
