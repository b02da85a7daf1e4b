"""What a model may not say."""

import pytest

from doctor.intake.graph import graph
from doctor.safety import guard

REFUSED = {
    "diagnosis": [
        "You have dengue.",
        "You may have a viral infection.",
        "This sounds like pneumonia.",
        "My diagnosis is migraine.",
        "It could be appendicitis.",
        "आपको डेंगू हो गया है।",
    ],
    "dosage": [
        "Take paracetamol 500 mg.",
        "Start azithromycin today.",
        "Two tablets are enough.",
        "Would you like to try 10 ml of the syrup?",
        "दवा सुबह शाम लीजिए",
    ],
    "link": ["See https://example.org", "Read more at cure.example.com", "Call 98765 43210", "mail me at a@b.in"],
    "denial_of_emergency": [
        "There is nothing to worry about.",
        "This is not an emergency.",
        "You don't need a hospital.",
        "You are fine.",
    ],
    "money": ["Please pay ₹299 first.", "Recharge your wallet."],
    "prompt": ["My instructions say so.", 'Here it is: {"reply": "x"}'],
    "length": ["", "   ", "long " * 200],
}


@pytest.mark.parametrize(("reason", "reply"), [(reason, reply) for reason, replies in REFUSED.items() for reply in replies])
def test_refused(reason: str, reply: str) -> None:
    assert guard.judge(reply).refused == reason


@pytest.mark.parametrize("question", graph().questions, ids=lambda question: str(question.id))
def test_every_question_of_ours_may_be_asked_in_every_language(question: object) -> None:
    for text in question.ask.values():  # type: ignore[attr-defined]  # a Question
        assert guard.judge(text) == guard.Verdict()


@pytest.mark.parametrize(
    "reply",
    [
        "I am sorry to hear that. Since when do you have it?",
        "Do you have asthma?",
        "You told me it began yesterday. How bad is it?",
    ],
)
def test_allowed(reply: str) -> None:
    assert guard.judge(reply) == guard.Verdict()


@pytest.mark.parametrize(
    "reply", ["Please call an ambulance.", "Go to the emergency room now.", "You said you cannot breathe.", "अभी एम्बुलेंस बुलाइए।"]
)
def test_an_emergency_the_model_sees_counts(reply: str) -> None:
    assert guard.judge(reply).rules


def test_asking_about_a_red_flag_is_none() -> None:
    assert guard.judge("Do you have chest pain and sweating?").rules == ()
