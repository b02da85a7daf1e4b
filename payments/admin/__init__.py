from payments.admin import orders, records, refunds

__all__ = ["orders", "records", "refunds"]
