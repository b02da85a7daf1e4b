"""The whole product as `make run` starts it, in a folder and on ports of its own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from aarokya.common.clients.deadline import certificates
from aarokya.demo.api import Api, wait_until
from aarokya.embedded import folders, ports

ROOT = Path(__file__).resolve().parents[2]
READY_TIMEOUT_S = 240
NOT_INHERITED = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SANDBOX_STATE_DIR", "DJANGO_SETTINGS_MODULE")


@dataclass
class RunningProduct:
    """A started product. `url` and `sandbox_url` are its addresses."""

    folder: Path
    port: int
    sandbox_port: int
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command beside the running product."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120)

    def kill(self, name: str) -> int:
        """SIGKILL one of its processes and its children; return the pid that died."""
        pid = self.pid(name)
        os.killpg(pid, signal.SIGKILL)
        return pid

    def pid(self, name: str) -> int:
        return int((self.folder / "run" / f"{name}.pid").read_text())

    def await_restart(self, name: str, dead: int) -> None:
        """Return when the supervisor has put a new process in the dead one's place and the web answers that all is well."""
        wait_until(lambda: self.pid(name), lambda pid: pid != dead, f"restart of {name}")
        wait_until(lambda: ports.answers(self.port, "/health/ready"), bool, f"readiness after the death of {name}")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the sandbox's control API."""
        url = f"{self.sandbox_url}/_control/{path}"
        # Reading the certificates anew, which plain HTTP never needs, takes as long as ten answers.
        response = httpx2.request(method, url, json=body, timeout=60, trust_env=False, verify=certificates())
        response.raise_for_status()
        return response.json()

    def differences(self) -> list[str]:
        """Where the gateways' own books differ from the product's, now."""
        code = "import json; from payments.tests import books; print('answer', json.dumps(books.of_product()))"
        done = self.manage("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr[-2000:]
        found: list[str] = json.loads(done.stdout.rpartition("answer ")[2])
        return found

    def await_equal_books(self) -> None:
        """Return when they agree: what is being worked on in this moment may differ for another."""
        wait_until(self.differences, lambda found: not found, "the gateways' books to be ours")

    def stop(self) -> int:
        """Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that the servers' account may pass through; what they keep elsewhere goes with it."""
    with tempfile.TemporaryDirectory(prefix="aarokya-stack-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
        for local_dir in folder.iterdir():
            folders.remove(local_dir)


def start(folder: Path, extra: Mapping[str, str] | None = None) -> RunningProduct:
    """Start the product with `extra` environment and wait until it serves."""
    port, sandbox_port = ports.free_port(), ports.free_port()
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    environment = inherited | {
        "SANDBOX": "1",
        "LOCAL_DIR": str(folder),
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
        "DJANGO_SETTINGS_MODULE": "aarokya.settings",
        "OUTBOX_LEASE_S": "5",  # a killed worker's message is handed out again after this long
        "IDEMPOTENCY_LEASE_S": "10",  # and a killed server's request may be repeated
        **(extra or {}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    product = RunningProduct(folder, port, sandbox_port, process, environment)
    deadline = time.monotonic() + READY_TIMEOUT_S
    while b"Aarokya is ready" not in (folder / "up.log").read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError((folder / "up.log").read_text(errors="replace")[-4000:])
        time.sleep(0.1)
    return product


@dataclass
class Rider:
    """A logged-in rider with a wallet."""

    api: Api
    user_id: str
    phone: str

    def order(self, amount: int, *, key: str) -> dict[str, Any]:
        answer = self.api.post("/payments/session", {"type": "WALLET_TOPUP", "amount": amount}, key=key)
        assert isinstance(answer, dict)
        return answer

    def balance(self) -> int:
        return int(self.api.get("/wallet")["balance"])


def rider(product: RunningProduct, phone: str) -> Rider:
    """Log in `phone` and wait for the wallet."""
    api = Api(product.url)
    asked = api.post("/auth/otp/trigger", {"phone": phone})
    answer = api.post("/auth/otp/verify", {"phone": phone, "otp": asked["otp"], "challenge_id": asked["challenge_id"]})
    api.token = answer["access_token"]
    wait_until(lambda: api.get("/wallet"), lambda wallet: wallet["wallet_status"] == "COMPLETED", "provisioning")
    return Rider(api, answer["user_id"], phone)
