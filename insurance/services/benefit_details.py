"""`benefit_details`, the document in which a benefit's terms come in: checked against a JSON schema that names the path."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from aarokya.common.errors import Detail
from aarokya.common.money import Money
from insurance.errors import BenefitInvalid, BenefitTypeMismatch
from insurance.models import BenefitType, DurationUnit
from insurance.services.versions import Plan, Terms

AMOUNT_MAX = 10**12  # paise
AMOUNT = {"type": "integer", "minimum": 1, "maximum": AMOUNT_MAX}
LENGTH = {"type": "integer", "minimum": 1, "maximum": 3660}
TEXT = {"type": "string", "maxLength": 2000}
PLAN: dict[str, Any] = {
    "type": "object",
    "required": ["daily_premium_amount", "annual_premium_amount", "coverage_amount"],
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string", "maxLength": 500},
        "daily_premium_amount": AMOUNT,
        "annual_premium_amount": AMOUNT,
        "coverage_amount": AMOUNT,
        "sponsor_contribution": {**AMOUNT, "minimum": 0},
        "currency": {"const": "INR"},
        "grace_period_days": {"type": ["integer", "null"], "minimum": 0, "maximum": 365},
        "duration": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": {"days": LENGTH, "months": LENGTH, "years": {**LENGTH, "maximum": 10}},
        },
        "questionnaire": {
            "type": "array",
            "maxItems": 100,
            "uniqueItems": True,
            "items": {"type": "string", "minLength": 1, "maxLength": 500},
        },
    },
}
COMMON: dict[str, Any] = {"type": {"type": "string"}, "benefit_type": {"type": "string"}, "description": TEXT}
SCHEMAS: dict[BenefitType, dict[str, Any]] = {
    BenefitType.CONSULTATION: {
        "type": "object",
        "required": ["description"],
        "additionalProperties": False,
        "properties": COMMON,
    },
    BenefitType.INSURANCE_POLICY: {
        "type": "object",
        "required": ["plans"],
        "additionalProperties": False,
        "properties": {
            **COMMON,
            "max_dependants": {"type": ["integer", "null"], "minimum": 0, "maximum": 20},
            "includes_teleconsultation": {"type": "boolean"},
            "plans": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "patternProperties": {r"^\d{1,2}A(\d{1,2}C)?$": PLAN},
            },
        },
    },
}
# JSON Schema lets 1.0 pass as an integer; money must not.
TYPES = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int)
Validator = extend(Draft202012Validator, type_checker=TYPES)  # type: ignore[no-untyped-call]  # the stubs leave it out


def terms_from(benefit_type: BenefitType, document: Mapping[str, Any]) -> Terms:
    """Return the terms; BenefitTypeMismatch (BE-503) for another type's tag, BenefitInvalid (BE-505) names the path."""
    refuse_other_tag(benefit_type, document)
    refuse_misshapen(SCHEMAS[benefit_type], document)
    return Terms(
        description=document.get("description", ""),
        max_dependants=document.get("max_dependants"),
        includes_teleconsultation=document.get("includes_teleconsultation", benefit_type == BenefitType.INSURANCE_POLICY),
        plans=tuple(plan_from(code, plan) for code, plan in document.get("plans", {}).items()),
    )


def refuse_other_tag(benefit_type: BenefitType, document: Mapping[str, Any]) -> None:
    """The tag is `benefit_type`, or `type` with older clients; `InsurancePolicy` is INSURANCE_POLICY."""
    tag = document.get("benefit_type", document.get("type"))
    if tag is not None and folded(tag) != folded(benefit_type):
        message = f"is {str(tag)[:40]}, the benefit is {benefit_type}"
        raise BenefitTypeMismatch(
            f"benefit_details: {message}", details=(Detail("benefit_details.benefit_type", "mismatch", message),)
        )


def folded(tag: Any) -> str:
    return str(tag).replace("_", "").casefold()


def refuse_misshapen(schema: dict[str, Any], document: Mapping[str, Any]) -> None:
    problems = sorted(Validator(schema).iter_errors(document), key=lambda problem: [str(step) for step in problem.absolute_path])
    if problems:
        details = tuple(detail(problem) for problem in problems[:20])
        raise BenefitInvalid(f"{details[0].field}: {details[0].message}", details=details)


def detail(problem: ValidationError) -> Detail:
    path = ".".join(["benefit_details", *(str(step) for step in problem.absolute_path)])
    return Detail(path, str(problem.validator), problem.message[:200])


def plan_from(code: str, plan: Mapping[str, Any]) -> Plan:
    unit, length = next(iter(plan.get("duration", {"years": 1}).items()))
    return Plan(
        plan_code=code,
        description=plan.get("description", ""),
        daily_premium=Money(plan["daily_premium_amount"]),
        annual_premium=Money(plan["annual_premium_amount"]),
        coverage=Money(plan["coverage_amount"]),
        sponsor_contribution=Money(plan.get("sponsor_contribution", 0)),
        grace_period_days=plan.get("grace_period_days"),
        duration_unit=DurationUnit(unit.upper()),
        duration_length=length,
        questionnaire=list(plan.get("questionnaire", [])),
    )
