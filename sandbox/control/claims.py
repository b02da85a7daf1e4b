"""What the insurer does with a claim."""

from sandbox.control.desk import Control, choice, control, number, refusal
from sandbox.narayana import claims
from sandbox.wire import Answer


@control
def set_claim(call: Control, *, claim_id: str) -> Answer:
    """`POST /_control/claims/{claim_id}` `{outcome, amount?, text?, copies?}`: ask, decide, pay; `copies` notices (1) follow."""
    outcome = choice(call.given.get("outcome"), "outcome", claims.OUTCOMES)
    if claims.row(call.book, claim_id) is None:
        raise refusal("no such claim", status=404)
    amount, copies = (int(number(call.given.get(name, default), name)) for name, default in (("amount", 0), ("copies", 1)))
    claims.decide(call.book, claim_id, outcome=outcome, amount=amount, text=call.text("text"))
    claims.announce(call.book, claim_id, copies=copies, now=call.now)
    return Answer(claims.shown(call.book, claims.row(call.book, claim_id)))


@control
def show_claims(call: Control) -> Answer:
    """`GET /_control/claims`: all claims, oldest first."""
    rows = call.book.execute("SELECT * FROM claims ORDER BY created_at, claim_id").fetchall()
    return Answer([claims.shown(call.book, row) for row in rows])
