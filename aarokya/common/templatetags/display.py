"""`{% load display %}`: the formats of `aarokya.common.display` as template filters."""

from django import template

from aarokya.common import display

register = template.Library()
register.filter("rupees", display.rupees)
register.filter("rupees_in_words", display.rupees_in_words)
register.filter("indian_date", display.indian_date)
register.filter("spaced_phone", display.spaced_phone)
register.filter("masked_phone", display.masked_phone)
register.filter("code_words", display.code_words)
