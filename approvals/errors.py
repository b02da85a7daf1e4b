"""What the engine refuses."""

from aarokya.common.errors import Conflict, Forbidden, InvalidTransition


class SamePerson(Forbidden):
    message = "Whoever asks for it cannot approve it"


class NoAuthority(Forbidden):
    message = "Your role may not approve this, or not this much"


class AlreadyAsked(Conflict):
    message = "This already waits for a second person"


class Lapsed(InvalidTransition):
    message = "Nobody decided in time: it has to be asked for again"
