"""The wallet issuer: customers, wallets and their money, each call under an operation id of the caller."""
