"""Three SMS gateways in front of one inbox."""
