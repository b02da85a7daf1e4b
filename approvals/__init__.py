"""Approvals: what one person asks for and another has to agree to, for every kind of act alike."""
