"""`Idempotency-Key`: a repeated POST gets the first answer instead of a second effect."""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast, overload

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from aarokya.common import clock, failpoints
from aarokya.common.api.envelope import envelope
from aarokya.common.api.exceptions import translate
from aarokya.common.api.principals import principal_of
from aarokya.common.errors import Conflict, Detail, DomainError, IdempotencyMismatch, InvalidInput
from aarokya.common.ids import uuid7
from aarokya.common.models import IdempotencyKey
from aarokya.common.transactions import retried

VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
NOT_KEPT = frozenset({400, 401, 409, 413, 415, 422, 429})
NOTHING_BEGUN = frozenset({400, 401, 413, 415, 422})
Method = TypeVar("Method", bound=Callable[..., Response])


@overload
def idempotent(method: Method, *, durable: bool = True) -> Method: ...
@overload
def idempotent(*, durable: bool) -> Callable[[Method], Method]: ...
def idempotent(method: Method | None = None, *, durable: bool = True) -> Any:
    """Make a view's `post` honour `Idempotency-Key`; without the header it only gains the transaction.

    durable: the method runs in one transaction together with its stored answer. With `durable=False`, for methods that
    call partners, there is no outer transaction: the method gives what it makes the id `request.resource_id`, which stays
    the same for every repeat of the key, so that a repeat after a crash or a partner's failure resumes the same row.
    """
    if method is None:
        return functools.partial(idempotent, durable=durable)

    @functools.wraps(method)
    def post(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = key_of(request)
        request.idempotency_key = key  # type: ignore[attr-defined]  # declared on our request classes
        request.resource_id = uuid7()  # type: ignore[attr-defined]
        run = functools.partial(method, view, request, *args, **kwargs)
        if key is None:
            return run_once(run, durable=durable)
        row, stored = claim(request, key, now=clock.now())
        request.resource_id = row.pk  # type: ignore[attr-defined]
        return stored or run_and_keep(run, row, durable=durable)

    return cast("Method", post)


def key_of(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not VISIBLE_ASCII.fullmatch(key):
        detail = Detail("Idempotency-Key", "invalid", "must be 1 to 255 visible ASCII characters")
        raise InvalidInput(f"{detail.field}: {detail.message}", details=(detail,))
    return key


def run_once(run: Callable[[], Response], *, durable: bool) -> Response:
    return retried(transaction.atomic(run)) if durable else run()


def claim(request: Request, key: str, *, now: datetime) -> tuple[IdempotencyKey, Response | None]:
    """Take the key for this request, or return the stored answer of the one that had it."""
    raw = request._request.body  # before DRF consumes the stream
    path = request.path[:255]
    fingerprint = hashlib.sha256(b"\n".join((path.encode(), raw))).hexdigest()
    with transaction.atomic():
        row, created = IdempotencyKey.objects.get_or_create(
            actor=actor_of(request),
            key=key,
            defaults={
                "path": path,
                "fingerprint": fingerprint,
                "lease_until": now + lease(),
            },
        )
    if created:
        return row, None
    if row.fingerprint != fingerprint:
        raise IdempotencyMismatch
    if row.status_code is not None:
        return row, Response(row.body, status=row.status_code, headers={"Idempotency-Hit": "true"})
    take_over(row, now=now)
    return row, None


def lease() -> timedelta:
    """Longer than any request lives; a client whose server died is let in again after this."""
    return timedelta(seconds=settings.IDEMPOTENCY_LEASE_S)


def actor_of(request: Request) -> str:
    principal = principal_of(request)
    if principal is None:
        raise RuntimeError("an idempotent route must know who asks")
    return principal.actor


def take_over(row: IdempotencyKey, *, now: datetime) -> None:
    """The first request still runs, or died: only a lapsed lease may be taken, and only by one."""
    lease_until = now + lease()
    if held(row).filter(lease_until__lte=now).update(lease_until=lease_until) != 1:
        raise Conflict(
            "The first request with this Idempotency-Key is still running",
            retry_after=clock.seconds_until(row.lease_until, now=now),
        )
    row.lease_until = lease_until


def held(row: IdempotencyKey) -> QuerySet[IdempotencyKey]:
    """The row as long as it is under the lease we know: none once another request took over."""
    return IdempotencyKey.objects.filter(pk=row.pk, lease_until=row.lease_until, status_code=None)


def run_and_keep(run: Callable[[], Response], row: IdempotencyKey, *, durable: bool) -> Response:
    """Run the method and keep its answer in the same transaction; keep settled refusals, forget passing ones."""
    try:
        if not durable:
            response = run()
            keep(row, response)
            return response
        response = retried(functools.partial(run_and_keep_together, run, row))
    except Exception as error:
        refused(row, translate(error), durable=durable)
        raise
    failpoints.reach("answer.committed")
    return response


@transaction.atomic
def run_and_keep_together(run: Callable[[], Response], row: IdempotencyKey) -> Response:
    response = run()
    keep_or_undo(row, response)
    failpoints.reach("answer.kept")
    return response


def refused(row: IdempotencyKey, refusal: DomainError, *, durable: bool) -> None:
    """Keep a settled refusal. After a passing one the key is free again; what was begun under it waits to be resumed."""
    if refusal.status not in NOT_KEPT and refusal.status < 500:
        held(row).update(status_code=refusal.status, body=envelope(refusal))
    elif durable or refusal.status in NOTHING_BEGUN:
        held(row).delete()
    else:
        held(row).update(lease_until=clock.now())


def keep_or_undo(row: IdempotencyKey, response: Response) -> None:
    """Slower than our lease, the effect is another request's by now: ours is rolled back."""
    if not keep(row, response):
        raise Conflict("Another request with this Idempotency-Key took over", retry_after=1)


def keep(row: IdempotencyKey, response: Response) -> bool:
    """Store the answer; False when the lease is no longer ours."""
    body = json.loads(json.dumps(response.data, cls=JSONEncoder))
    return held(row).update(status_code=response.status_code, body=body) == 1


def forget_old(*, now: datetime, days: int) -> int:
    """Delete keys older than `days`; return how many."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lt=now - timedelta(days=days)).delete()
    return deleted
