"""Narayana Health: the patient register, the plan catalogue and the claims desk."""
