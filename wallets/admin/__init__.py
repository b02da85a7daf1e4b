from wallets.admin import tables

__all__ = ["tables"]
