"""Template filters."""

from django import template

from sandbox import money

register = template.Library()


@register.filter
def rupees(paise: int) -> str:
    """Paise in Indian grouping, with the rupee sign."""
    return money.indian_rupees(paise)
