"""`make bench`: measure, write `results.md`, and end with status 1 when a bound does not hold.

`python -m bench wallet_read pdf` measures these only and writes nothing.
"""

import os
import sys
import time
from collections.abc import Callable

import django

# Limits guard against callers, not against a measurement; counting requests and looking at the limits stays in.
LIMITS = (
    "RATE_PER_USER",
    "RATE_PER_ADDRESS",
    "OTP_PER_PHONE_MINUTE",
    "OTP_PER_PHONE_DAY",
    "OTP_PER_ADDRESS_MINUTE",
    "OTP_PER_PREFIX_HOUR",
)
os.environ |= {"DJANGO_SETTINGS_MODULE": "aarokya.settings", "SANDBOX": "1", "LOG_LEVEL": "ERROR"}
os.environ |= dict.fromkeys(LIMITS, "1000000000")
for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
    os.environ.pop(name, None)  # the embedded servers' addresses follow from LOCAL_DIR
django.setup()

from django.core.management import call_command  # noqa: E402 (needs Django set up, as do the modules below)

from bench import contributions, doctor, endpoints, frame, growth, ledger, login_timing, notes, office, pdf, product, wallet_read  # noqa: E402
from bench.frame import Row, console  # noqa: E402

SECTIONS: dict[str, Callable[[], list[Row]]] = {
    "wallet_read": wallet_read.rows,
    "ledger": ledger.rows,
    "endpoints": endpoints.rows,
    "login_timing": login_timing.rows,
    "pdf": pdf.rows,
    "product": product.rows,
    "doctor": doctor.rows,
    "contributions": contributions.rows,
    "growth": growth.rows,
    "office": office.rows,  # the last: a million rows stay behind
}


def main(wanted: list[str]) -> int:
    """Measure the wanted sections, or all; return the exit status."""
    load, started = os.getloadavg()[0], time.monotonic()
    call_command("migrate", verbosity=0)
    call_command("seed_demo", "--quiet")
    rows = [row for name in wanted or SECTIONS for row in measured(name)]
    if not wanted:
        frame.write(rows, notes=notes.NOTES, seconds=time.monotonic() - started, load=load)
    return 1 if any(row.holds is False for row in rows) else 0


def measured(name: str) -> list[Row]:
    console.rule(name)
    try:
        rows = SECTIONS[name]()
    except Exception as error:  # noqa: BLE001 (what the other sections found must not be lost)
        console.print_exception()
        rows = [Row(f"`{name}`", f"could not be measured: {type(error).__name__}", holds=False)]
    for row in rows:
        facts = " | ".join(fact for fact in (row.ours, row.baseline, row.ratio, row.must) if fact)
        console.print(f"{frame.MARKS[row.holds]}: {row.what}: {facts}", soft_wrap=True, markup=False, highlight=False)
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
