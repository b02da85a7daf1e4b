"""Two SMS gateways in front of one inbox."""
