"""The patient's endpoints."""

from uuid import UUID

from rest_framework.response import Response

from aarokya.common import clock, ids
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import CustomerAPIView, CustomerRequest
from aarokya.common.errors import NotFound
from doctor import selectors
from doctor.api import render
from doctor.api import serializers as wire
from doctor.gateways import aathma, nama
from doctor.intake.consent import consent
from doctor.services import additions, assignments, conversation, delivery, emergencies, sessions, submission

NO_STORE = {"Cache-Control": "no-store"}


def id_of_repeat(kind: str, session_id: UUID, key: str | None) -> UUID | None:
    """Return the one row id of a request that may be repeated; None without an Idempotency-Key."""
    return ids.effect_id(f"doctor.{kind}:{session_id}:{key}") if key else None


class ConsentView(CustomerAPIView):
    """`GET /doctor/consent`"""

    @documented("The text that `consent: true` agrees to", response=wire.ConsentOutput)
    def get(self, request: CustomerRequest) -> Response:  # noqa: ARG002
        current = consent()
        return Response({"version": current.version, "texts": current.texts})


class SessionStartView(CustomerAPIView):
    """`POST /doctor/session`"""

    @documented(
        "Begin to tell what is wrong",
        request=wire.SessionInput,
        response=wire.SessionOutput,
        status=201,
        errors=("VALIDATION_ERROR", "DR-1502", "DR-1505", "DE-601"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: CustomerRequest) -> Response:
        asked = wire.SessionInput.parse(request.data)
        now = clock.now()
        session, reply = sessions.start(
            user_id=request.user.user_id,
            dependant_id=asked.get("for_dependant_id"),
            language=asked.get("language"),
            consented=asked["consent"],
            now=now,
        )
        return Response(render.session(session, now=now, reply=reply), status=201)


class SessionListView(CustomerAPIView):
    """`GET /doctor/sessions`"""

    @documented("My sessions, newest first", response=page_of(wire.SessionRowOutput, name="DoctorSession"))
    def get(self, request: CustomerRequest) -> Response:
        return page(request, selectors.sessions_of(request.user.user_id), render.head)


class SessionView(CustomerAPIView):
    """`/doctor/session/{id}`"""

    @documented("A session with everything said", response=wire.SessionDetailOutput, errors=("DR-1501",))
    def get(self, request: CustomerRequest, session_id: UUID) -> Response:
        row = selectors.session(request.user.user_id, session_id)
        return Response(render.detail(row, now=clock.now()), headers=NO_STORE)

    @documented("Forget a session that is not submitted", status=204, errors=("DR-1501", "DR-1507"))
    def delete(self, request: CustomerRequest, session_id: UUID) -> Response:
        sessions.discard(user_id=request.user.user_id, session_id=session_id, now=clock.now())
        return Response(status=204)


class MessageView(CustomerAPIView):
    """`POST /doctor/session/{id}/message`"""

    @documented(
        "Say something; the answer's `status` tells of an emergency",
        request=wire.MessageInput,
        response=wire.SessionOutput,
        errors=("VALIDATION_ERROR", "DR-1501", "DR-1503"),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: CustomerRequest, session_id: UUID) -> Response:
        text = wire.MessageInput.parse(request.data)["text"]
        now = clock.now()
        session, reply = conversation.hear(
            user_id=request.user.user_id,
            session_id=session_id,
            text=text,
            message_id=id_of_repeat("message", session_id, request.idempotency_key),
            nama=nama(),
            now=now,
        )
        return Response(render.session(session, now=now, reply=reply))


class SubmitView(CustomerAPIView):
    """`POST /doctor/submit/{id}`"""

    @documented(
        "Give the summary to a doctor; sealed from now on",
        response=wire.SessionOutput,
        errors=("DR-1501", "DR-1503", "DR-1504", "DR-1506", "INSUFFICIENT_BALANCE"),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: CustomerRequest, session_id: UUID) -> Response:
        user_id = request.user.user_id
        now = clock.now()
        submission.submit(user_id=user_id, session_id=session_id, now=now)
        delivery.try_now(session_id=session_id, gateway=aathma(), now=now)
        return Response(render.session(selectors.session(user_id, session_id), now=now))


class AddendumView(CustomerAPIView):
    """`POST /doctor/session/{id}/addendum`"""

    @documented(
        "Add to a submitted session: a new entry, never an edit",
        request=wire.AddendumInput,
        response=wire.AddendumOutput,
        status=201,
        errors=("VALIDATION_ERROR", "DR-1501", "DR-1508"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: CustomerRequest, session_id: UUID) -> Response:
        text = wire.AddendumInput.parse(request.data)["text"]
        user_id = request.user.user_id
        addendum_id = id_of_repeat("addendum", session_id, request.idempotency_key)
        row, rules = additions.add(user_id=user_id, session_id=session_id, text=text, addendum_id=addendum_id, now=clock.now())
        shown = render.addendum(row)
        if rules:
            session = selectors.session(user_id, session_id)
            shown["emergency"] = emergencies.card_for(session, rules=list(rules)).as_json()
        return Response(shown, status=201)


class CancelView(CustomerAPIView):
    """`POST /doctor/session/{id}/cancel`"""

    @documented(
        "Ask to cancel a consultation", request=wire.CancelInput, response=wire.SessionOutput, errors=("DR-1501", "DR-1511")
    )
    @idempotent
    def post(self, request: CustomerRequest, session_id: UUID) -> Response:
        asked = wire.CancelInput.parse(request.data)
        now = clock.now()
        row = assignments.ask_to_cancel(user_id=request.user.user_id, session_id=session_id, reason=asked["reason"], now=now)
        return Response(render.session(row, now=now))


class FeedbackView(CustomerAPIView):
    """`POST /doctor/session/{id}/feedback`"""

    @documented(
        "How it was",
        request=wire.FeedbackInput,
        response=wire.FeedbackOutput,
        status=201,
        errors=("VALIDATION_ERROR", "DR-1501", "DR-1509"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: CustomerRequest, session_id: UUID) -> Response:
        asked = wire.FeedbackInput.parse(request.data)
        row = additions.rate(user_id=request.user.user_id, session_id=session_id, now=clock.now(), **asked)
        return Response(render.feedback(row), status=201)


class ContactView(CustomerAPIView):
    """`/doctor/emergency_contact`"""

    @documented("Whom to call for me in an emergency", response=wire.ContactOutput, errors=("NOT_FOUND",))
    def get(self, request: CustomerRequest) -> Response:
        row = selectors.contact_of(request.user.user_id)
        if row is None:
            raise NotFound("No emergency contact is saved")
        return Response(render.contact(row), headers=NO_STORE)

    @documented("Save whom to call for me", request=wire.ContactInput, response=wire.ContactOutput, errors=("INVALID_PHONE",))
    def put(self, request: CustomerRequest) -> Response:
        asked = wire.ContactInput.parse(request.data)
        row = additions.save_contact(user_id=request.user.user_id, now=clock.now(), **asked)
        return Response(render.contact(row))
