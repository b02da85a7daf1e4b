"""`{% load words %}`: a document's words in the language that it is printed in."""

from datetime import date
from typing import Any

from django import template

from insurance.documents import words

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: dict[str, Any], text: str, **values: object) -> str:
    """`{% say "Signature of {name}" name=applicant.name %}`"""
    return words.say(text, context["language"], **values)


@register.simple_tag(takes_context=True)
def day(context: dict[str, Any], value: date) -> str:
    """`{% day member.date_of_birth %}`"""
    return words.day(value, context["language"])


@register.simple_tag(takes_context=True)
def plan(context: dict[str, Any], plan_code: str) -> str:
    """`{% plan coverage.plan_code %}`"""
    return words.plan(plan_code, context["language"])


@register.simple_tag(takes_context=True)
def duration(context: dict[str, Any], text: str) -> str:
    """`{% duration coverage.term %}`"""
    return words.duration(text, context["language"])


@register.simple_tag(takes_context=True)
def grace(context: dict[str, Any], days: int | None) -> str:
    """`{% grace coverage.grace_period_days %}`"""
    language = context["language"]
    if not days:
        return words.say("None", language)
    return words.say("{days} after the last day", language, days=words.counted(days, "day", "days", language))
