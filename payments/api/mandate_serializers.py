"""What mandates take in and give out."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import StrictSerializer
from aarokya.common.clock import ist_day, rfc3339
from aarokya.common.money import CURRENCY
from payments.models import ExecutionStatus, Frequency, Mandate, MandateExecution, MandateStatus, PauseCause
from payments.services.mandates.calendar import PLANNED, Calendar, Entry

CALENDAR_STATUSES = [*ExecutionStatus.choices, (PLANNED, "Planned")]


class MandateInput(StrictSerializer):
    """Nothing needs to be said: the amount and the policy are the server's to pick; `policy_id` names one of several."""

    policy_id = serializers.UUIDField(required=False)


class NothingInput(StrictSerializer):
    """A body without fields."""


class MandateOutput(serializers.Serializer[Any]):
    """A mandate; `account_id` is the customer's wallet, `external_mandate_status` the gateway's own word."""

    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    account_id = serializers.UUIDField()
    type = serializers.CharField()
    reference_id = serializers.CharField()
    amount = serializers.IntegerField()
    max_amount = serializers.IntegerField()
    currency = serializers.CharField()
    frequency = serializers.ChoiceField(choices=Frequency.choices)
    mandate_status = serializers.ChoiceField(choices=MandateStatus.choices)
    external_mandate_status = serializers.CharField(allow_null=True)
    external_order_status = serializers.CharField(allow_null=True)
    mandate_id = serializers.CharField(allow_null=True)
    job_id = serializers.UUIDField(allow_null=True, help_text="What plans the debits, once there are any: the mandate's own row")
    payment_method = serializers.CharField(allow_null=True)
    payment_method_type = serializers.CharField(allow_null=True)
    pause_cause = serializers.ChoiceField(choices=PauseCause.choices, allow_null=True)
    failures = serializers.IntegerField()
    start_date = serializers.DateField(allow_null=True)
    end_date = serializers.DateField(allow_null=True)
    next_debit_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class MandateRegistrationOutput(MandateOutput):
    """`payload` is the gateway's session answer, for its SDK."""

    order_id = serializers.CharField()
    payload = serializers.JSONField()


class MandateOrderOutput(MandateRegistrationOutput):
    """Beside the registration, what became of its order; `txn_id` and `txn_uuid` name the first instalment's charge."""

    juspay_order_status = serializers.CharField(allow_null=True)
    mandate_token = serializers.CharField(allow_null=True)
    txn_id = serializers.CharField(allow_null=True)
    txn_uuid = serializers.CharField(allow_null=True)


class ExecutionOutput(serializers.Serializer[Any]):
    """One debit; `external_order_status` is the gateway's word about its order."""

    id = serializers.UUIDField()
    mandate_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    job_execution_id = serializers.CharField(allow_null=True)
    order_id = serializers.CharField(allow_null=True)
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    due_on = serializers.DateField()
    execute_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=ExecutionStatus.choices)
    external_order_status = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


# All debits of a mandate, newest first. Not a class statement: `data` is a property of serializers.
ExecutionListOutput = type("ExecutionListOutput", (serializers.Serializer,), {"data": ExecutionOutput(many=True)})


class CalendarEntryOutput(serializers.Serializer[Any]):
    """One debit by day; `execution_id` is null while it is only planned."""

    date = serializers.DateField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    execute_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=CALENDAR_STATUSES)
    execution_id = serializers.UUIDField(allow_null=True)
    order_id = serializers.CharField(allow_null=True)


class CalendarOutput(serializers.Serializer[Any]):
    """Past debits newest first, coming ones soonest first."""

    past = CalendarEntryOutput(many=True)
    coming = CalendarEntryOutput(many=True)


def render_mandate(mandate: Mandate, *, account_id: str) -> dict[str, Any]:
    return {
        "id": str(mandate.pk),
        "user_id": str(mandate.user_id),
        "account_id": account_id,
        "type": mandate.type,
        "reference_id": mandate.reference_id,
        "amount": mandate.amount.paise,
        "max_amount": mandate.max_amount.paise,
        "currency": CURRENCY,
        "frequency": mandate.frequency,
        "mandate_status": mandate.status,
        "external_mandate_status": mandate.external_status or None,
        "external_order_status": mandate.registration.gateway_status or None,
        "mandate_id": mandate.external_id or None,
        "job_id": str(mandate.pk) if mandate.activated_at else None,
        "payment_method": mandate.payment_method or None,
        "payment_method_type": mandate.payment_method_type or None,
        "pause_cause": mandate.pause_cause or None,
        "failures": mandate.failures,
        "start_date": day(mandate.activated_at),
        "end_date": day(mandate.ended_at),
        "next_debit_on": mandate.next_debit_on.isoformat() if mandate.next_debit_on else None,
        "end_reason": mandate.end_reason or None,
        "created_at": rfc3339(mandate.created_at),
        "last_modified_at": rfc3339(mandate.last_modified_at),
    }


def day(moment: datetime | None) -> str | None:
    """The day in India."""
    return ist_day(moment).isoformat() if moment else None


def render_registration(mandate: Mandate, *, account_id: str) -> dict[str, Any]:
    order = mandate.registration
    return {**render_mandate(mandate, account_id=account_id), "order_id": order.order_id, "payload": order.payload or {}}


def render_order(mandate: Mandate, *, account_id: str) -> dict[str, Any]:
    order = mandate.registration
    charge = order.charges.filter(is_extra=False).first()
    outcome = {
        "juspay_order_status": order.gateway_status or None,
        "mandate_token": mandate.external_token or None,
        "txn_id": charge.transaction_id if charge else None,
        "txn_uuid": (charge.transaction_uuid or None) if charge else None,
    }
    return render_registration(mandate, account_id=account_id) | outcome


def render_execution(execution: MandateExecution) -> dict[str, Any]:
    order = execution.order
    return {
        "id": str(execution.pk),
        "mandate_id": str(execution.mandate_id),
        "user_id": str(execution.mandate.user_id),
        "job_execution_id": execution.job_execution_id or None,
        "order_id": order.order_id if order else None,
        "amount": execution.amount.paise,
        "currency": CURRENCY,
        "due_on": execution.due_on.isoformat(),
        "execute_at": rfc3339(execution.execute_at),
        "status": execution.status,
        "external_order_status": (order.gateway_status or None) if order else None,
        "reason": execution.reason or None,
        "created_at": rfc3339(execution.created_at),
        "last_modified_at": rfc3339(execution.last_modified_at),
    }


def render_calendar(found: Calendar) -> dict[str, Any]:
    return {"past": [render_entry(entry) for entry in found.past], "coming": [render_entry(entry) for entry in found.coming]}


def render_entry(entry: Entry) -> dict[str, Any]:
    order = entry.execution.order if entry.execution else None
    return {
        "date": entry.day.isoformat(),
        "amount": entry.amount.paise,
        "currency": CURRENCY,
        "execute_at": rfc3339(entry.execute_at),
        "status": entry.status,
        "execution_id": str(entry.execution.pk) if entry.execution else None,
        "order_id": order.order_id if order else None,
    }
