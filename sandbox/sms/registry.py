"""The texts that are registered with the operators (DLT), and the MSG91 flows that stand for them.

Written between double hashes: the variables. Operators let at most 30 characters stand in for each.
"""

import json
import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("registered.json")
VARIABLE = re.compile(r"##(\w+)##")
VARIABLE_MAX = 30


@cache
def texts() -> dict[str, str]:
    """DLT template id → text."""
    return {row["dlt"]: row["text"] for row in json.loads(FILE.read_text(encoding="utf-8"))}


@cache
def flows() -> dict[str, tuple[str, str]]:
    """MSG91 flow id → DLT template id and text."""
    return {row["flow"]: (row["dlt"], row["text"]) for row in json.loads(FILE.read_text(encoding="utf-8"))}


def is_as_registered(template_id: str, text: str) -> bool:
    """Whether operators let `text` pass under `template_id`; what is not registered or differs is dropped in silence."""
    registered = texts().get(template_id)
    return registered is not None and pattern(registered).fullmatch(text) is not None


@cache
def pattern(registered: str) -> re.Pattern[str]:
    fixed = [re.escape(part) for part in VARIABLE.sub("\0", registered).split("\0")]
    return re.compile(f".{{1,{VARIABLE_MAX}}}".join(fixed))
