from backoffice.models.anchors import AuditAnchor
from backoffice.models.rights import Right

__all__ = ["AuditAnchor", "Right"]
