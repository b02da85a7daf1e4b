"""How long something takes or lasts, in words."""

from datetime import timedelta


def span(length: timedelta) -> str:
    """Return `3 d 4 h`, `4 h 10 min`, `10 min` or `25 s`; never negative."""
    seconds = max(int(length.total_seconds()), 0)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else f"{seconds} s"
