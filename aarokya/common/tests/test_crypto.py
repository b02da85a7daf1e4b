"""Personal data at rest: readable with the ring and the column, with nothing else."""

import base64
from datetime import date
from typing import Any, ClassVar

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from aarokya.common import crypto
from aarokya.common.crypto import EncryptedDateField, EncryptedJSONField, EncryptedTextField, Undecryptable
from aarokya.common.models import OutboxMessage

OLD = b"an-old-secret-of-more-than-32-characters"
NEW = b"a-new-secret-of-more-than-32-characters!"


class Person(models.Model):
    """Encrypted columns in text columns of the outbox table: the kernel keeps no personal data of its own."""

    id = models.BigAutoField(primary_key=True)
    name = EncryptedTextField(db_column="last_error", blank=True)
    topic = models.CharField(max_length=80, default="person")
    handler = models.CharField(max_length=120, default="")
    key = models.CharField(max_length=120, default="")
    payload = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Person"]] = models.Manager()

    class Meta:
        app_label = "kernel_tests"
        managed = False
        db_table = "common_outbox"

    def __str__(self) -> str:
        return f"{self.pk}"


class Papers(models.Model):
    """Never stored: only its columns are asked."""

    born_on = EncryptedDateField()
    address = EncryptedJSONField()

    class Meta:
        app_label = "kernel_tests"
        managed = False

    def __str__(self) -> str:
        return f"{self.pk}"


def column(name: str) -> Any:
    return Papers._meta.get_field(name)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_round_trip(text: str) -> None:
    assert crypto.decrypt(crypto.encrypt(text, context="person.name"), context="person.name") == text


def test_equal_texts_do_not_look_equal() -> None:
    assert crypto.encrypt("Asha", context="person.name") != crypto.encrypt("Asha", context="person.name")


def test_a_value_of_another_column_is_refused() -> None:
    sealed = crypto.encrypt("Asha", context="person.name")

    with pytest.raises(Undecryptable, match=r"person\.email"):
        crypto.decrypt(sealed, context="person.email")


def test_a_rotated_ring_reads_the_old_and_writes_the_new(settings: Settings) -> None:
    settings.PII_KEYS = {"old": OLD}
    before = crypto.encrypt("Asha", context="c")
    settings.PII_KEYS = {"new": NEW, "old": OLD}
    after = crypto.encrypt("Asha", context="c")

    assert (before.partition(".")[0], after.partition(".")[0]) == ("old", "new")
    assert crypto.decrypt(before, context="c") == crypto.decrypt(after, context="c") == "Asha"


def test_a_lost_key_is_named(settings: Settings) -> None:
    settings.PII_KEYS = {"old": OLD}
    sealed = crypto.encrypt("Asha", context="c")
    assert crypto.decrypt(sealed, context="c") == "Asha"
    settings.PII_KEYS = {"new": NEW}

    with pytest.raises(Undecryptable, match="no key named 'old'"):
        crypto.decrypt(sealed, context="c")


def test_another_secret_under_the_same_name_does_not_open(settings: Settings) -> None:
    settings.PII_KEYS = {"k": OLD}
    sealed = crypto.encrypt("Asha", context="c")
    settings.PII_KEYS = {"k": NEW}

    with pytest.raises(Undecryptable):
        crypto.decrypt(sealed, context="c")


def test_every_altered_byte_is_noticed() -> None:
    key_id, _, body = crypto.encrypt("Asha", context="c").partition(".")
    raw = base64.urlsafe_b64decode(body)

    for place in range(len(raw)):
        altered = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(Undecryptable):
            crypto.decrypt(f"{key_id}.{base64.urlsafe_b64encode(altered).decode()}", context="c")


@pytest.mark.parametrize("broken", ["", "Asha", "s1.", "s1.AAAA", "s1.not base64 ☂", "s1.AAAAA", "."])
def test_what_was_never_encrypted_is_refused(broken: str) -> None:
    with pytest.raises(Undecryptable):
        crypto.decrypt(broken, context="c")


def test_blind_index_finds_equals_within_one_column(settings: Settings) -> None:
    index = crypto.blind_index("asha@example.in", context="email")

    assert index == crypto.blind_index("asha@example.in", context="email")
    assert index != crypto.blind_index("asha@example.in", context="other")
    assert index != crypto.blind_index("Asha@example.in", context="email")
    settings.BLIND_INDEX_KEY = b"another key"
    assert index != crypto.blind_index("asha@example.in", context="email")


def test_dates_and_documents_keep_their_types() -> None:
    address = {"city": "बेंगलुरु", "pin": 560001, "lines": ["1", None]}
    for name, value in (("born_on", date(1990, 2, 28)), ("address", address)):
        stored = column(name).get_prep_value(value)
        assert "1990" not in stored
        assert column(name).from_db_value(stored) == value


def test_a_text_that_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        column("born_on").get_prep_value("yesterday")


@pytest.mark.parametrize("empty", ["", None])
def test_nothing_stays_nothing(empty: str | None) -> None:
    assert column("born_on").get_prep_value(empty) == empty
    assert column("born_on").from_db_value(empty) == empty


@pytest.mark.django_db
def test_the_table_never_holds_the_text() -> None:
    person = Person.objects.create(name="Asha Rao")

    stored = OutboxMessage.objects.get(pk=person.pk).last_error
    assert "Asha" not in stored
    assert stored.startswith(f"{crypto.newest_key_id()}.")
    assert Person.objects.get(pk=person.pk).name == "Asha Rao"


@pytest.mark.django_db
def test_an_encrypted_column_cannot_be_searched() -> None:
    Person.objects.create(name="Asha Rao")

    for lookup in ("name", "name__icontains", "name__in", "name__gt"):
        with pytest.raises(TypeError, match="blind index"):
            Person.objects.filter(**{lookup: ["x"] if lookup == "name__in" else "x"})
    assert Person.objects.filter(name__isnull=True).count() == 0
