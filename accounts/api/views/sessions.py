"""A customer's devices."""

import functools
from uuid import UUID

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.pagination import page
from aarokya.common.api.schema import documented
from aarokya.common.api.views import CustomerAPIView, CustomerRequest
from accounts import selectors
from accounts.api import render
from accounts.api.serializers import auth as wire
from accounts.services import sessions


class LogoutView(CustomerAPIView):
    """`/auth/logout`"""

    @documented("End this device's session at once", response=wire.DoneOutput)
    def post(self, request: CustomerRequest) -> Response:
        sessions.log_out(session_id=request.user.session_id, now=clock.now())
        return Response({"success": True, "message": "Logged out"})


class LogoutAllView(CustomerAPIView):
    """`/auth/logout/all`"""

    @documented("End the sessions of all devices, this one included", response=wire.DoneOutput)
    def post(self, request: CustomerRequest) -> Response:
        ended = sessions.log_out_everywhere(user_id=request.user.user_id, now=clock.now())
        return Response({"success": True, "message": f"Logged out of {ended} sessions"})


class SessionListView(CustomerAPIView):
    """`/auth/sessions`"""

    @documented("Devices that are logged in, latest use first", response=wire.SessionPage)
    def get(self, request: CustomerRequest) -> Response:
        rows = selectors.sessions_of(request.user.user_id, now=clock.now())
        return page(request, rows, functools.partial(render.session, current=request.user.session_id))


class SessionDetailView(CustomerAPIView):
    """`/auth/sessions/{session_id}`"""

    @documented("Log another device out", response={204: None}, errors=("NOT_FOUND",))
    def delete(self, request: CustomerRequest, session_id: UUID) -> Response:
        sessions.revoke(user_id=request.user.user_id, session_id=session_id, now=clock.now())
        return Response(status=204)
