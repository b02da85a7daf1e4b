"""Narayana Health: the patient register and the plan catalogue."""
