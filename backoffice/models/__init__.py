from backoffice.models.activations import ActivationBatch, ActivationRow, BatchState, RowState
from backoffice.models.anchors import AuditAnchor
from backoffice.models.exports import Export, ExportState, Format
from backoffice.models.impersonations import Impersonation
from backoffice.models.rights import Right

__all__ = [
    "ActivationBatch",
    "ActivationRow",
    "AuditAnchor",
    "BatchState",
    "Export",
    "ExportState",
    "Format",
    "Impersonation",
    "Right",
    "RowState",
]
