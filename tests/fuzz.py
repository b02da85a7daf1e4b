"""`make fuzz`: schemathesis over openapi.json against a running product, as a rider and as staff.

Looks for 5xx answers and for answers that the document does not allow.
"""

import subprocess
import sys
from pathlib import Path

from aarokya.demo.api import Api
from aarokya.demo.journey import RIDER, SPOUSE
from tests.stack import product
from tests.stack.product import RunningProduct

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method"
# These end the session that the run depends on.
LOG_OUTS = "^/auth/(logout|sessions)|^/user$"
# Far above what a run sends: limits are tested elsewhere, and 429 everywhere would hide everything else.
NO_LIMITS = {"RATE_PER_USER": "1000000", "RATE_PER_ADDRESS": "1000000", "OTP_PER_ADDRESS_MINUTE": "1000000"}


def main(examples: str) -> int:
    """Start the product, fuzz it twice, stop it; return the worse exit status."""
    with product.temporary_folder() as folder:
        running = product.start(folder / "local", NO_LIMITS)
        try:
            with Api(running.url) as rider, Api(running.url) as staff:
                known = become_rider(rider)
                staff.token = staff.post("/auth/admin/token", {"username": "admin", "password": "admin"})["access_token"]
                return max(fuzz(running, str(api.token), known, examples) for api in (rider, staff))
        finally:
            running.stop()


def become_rider(api: Api) -> dict[str, str]:
    """Log in, complete the profile, have a spouse; return path parameters that exist."""
    asked = api.post("/auth/otp/trigger", {"phone": "9000000001"})
    answer = api.post("/auth/otp/verify", {"phone": "9000000001", "otp": asked["otp"], "challenge_id": asked["challenge_id"]})
    api.token = answer["access_token"]
    user_id = answer["user_id"]
    api.token = api.post(f"/users/{user_id}/complete_onboarding", RIDER)["access_token"]
    api.post(f"/users/{user_id}/dependants", SPOUSE)
    order = api.post("/payments/session", {"type": "WALLET_TOPUP", "amount": 10_000})
    return {"uid": user_id, "order_id": order["order_id"]}


def fuzz(running: RunningProduct, token: str, known: dict[str, str], examples: str) -> int:
    """Run schemathesis once with `token`; known path parameters are used instead of random ones."""
    configuration = running.folder / "schemathesis.toml"
    # An order's number is no number elsewhere: provider orders name theirs alike.
    lines = ["[parameters]", f'"path.uid" = "{known["uid"]}"', f'"path.user_id" = "{known["uid"]}"', "", "[[operations]]"]
    lines += ['include-path-regex = "^/payments/"', f'parameters = {{ "path.order_id" = "{known["order_id"]}" }}', ""]
    configuration.write_text("\n".join(lines), encoding="utf-8")
    options = [
        "--checks",
        CHECKS,
        "--exclude-path-regex",
        LOG_OUTS,
        "--max-examples",
        examples,
        "--phases",
        "examples,coverage,fuzzing",
    ]
    command = [str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(configuration), "run", "openapi.json"]
    target = ["--url", running.url, "-H", f"Authorization: Bearer {token}", "--workers", "1", "--continue-on-failure"]
    return subprocess.run([*command, *target, *options], cwd=product.ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["25"]))
