"""What every test has: a migrated database with the application's rights, an empty cache, the simulators on demand."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from aarokya.embedded import ports, programs
from aarokya.embedded.product import Product
from tests import database

SANDBOX_TIMEOUT_S = 30


def pytest_configure() -> None:
    """Look static files up when they are asked for: listing all of them for each test client takes over a second."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Instead of pytest-django's, which would create, migrate and flush as the application's role: it may do none of these."""
    with django_db_blocker.unblock():
        database.create()
        with database.superuser(settings.DATABASES["default"]["NAME"]) as superuser:
            _reset_with(superuser)
            yield
        database.drop()


def _reset_with(superuser: psycopg.Connection) -> None:
    """After a test that commits, bring the tables back; Django's own way is a TRUNCATE that our role is refused."""

    def reset(_case: TransactionTestCase) -> None:
        superuser.execute("SELECT testing.reset()")

    TransactionTestCase._fixture_teardown = reset  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def valkey() -> Iterator[redis.Redis]:
    """This process's own Valkey database."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def _empty_cache(valkey: redis.Redis) -> None:
    """Rate limits and revocations of one test are no business of the next."""
    valkey.flushdb()


@pytest.fixture(scope="session")
def sandbox_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The simulators over real HTTP, started on first use; the settings' partner addresses point there already."""
    state = Path(settings.LOCAL_DIR) / "sandbox" / settings.DATABASES["default"]["NAME"]
    shutil.rmtree(state, ignore_errors=True)
    product = Product(
        base_dir=settings.BASE_DIR,
        local_dir=settings.LOCAL_DIR,
        port=settings.PORT,
        sandbox_port=settings.SANDBOX_PORT,
        web_workers=1,
        environment={},
    )
    log = tmp_path_factory.mktemp("sandbox") / "log"
    with log.open("wb") as output:
        process = programs.start(product.sandbox(), output=output)
    try:
        programs.wait_until(lambda: ports.answers(settings.SANDBOX_PORT, "/health"), timeout_s=SANDBOX_TIMEOUT_S, log=log)
        yield settings.SANDBOX_URL
    finally:
        programs.stop(product.sandbox(), process)
