"""The text a patient agrees to, in each language, under a version that is kept with the session."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data") / "consent.json"


@dataclass(frozen=True, slots=True)
class Consent:
    version: str
    texts: dict[str, str]


@cache
def consent() -> Consent:
    """Load the current version once per process."""
    document = json.loads(DATA.read_text(encoding="utf-8"))
    return Consent(document["version"], document["texts"])
