"""Where claim documents are kept: a folder or a bucket behave alike; the bucket is moto's S3 over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from django.conf import LazySettings
from moto.server import ThreadedMotoServer

from aarokya.common.crypto import Undecryptable
from aarokya.embedded import ports
from insurance import gateways
from insurance.gateways.s3 import S3Store, from_settings
from insurance.gateways.storage import FileMissing, FolderStore, Store, StoreUnavailable

PDF = b"%PDF-1.7\nwhat the hospital wrote\n%%EOF"
REGION = "ap-south-1"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server on this machine."""
    port = ports.free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> S3Store:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    name = f"claims-{uuid4().hex}"
    boto3.client("s3", endpoint_url=s3, region_name=REGION).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    settings.STORAGE_BUCKET, settings.STORAGE_REGION, settings.STORAGE_ENDPOINT_URL = name, REGION, s3
    from_settings.cache_clear()
    chosen = gateways.store()
    from_settings.cache_clear()
    assert isinstance(chosen, S3Store)
    return chosen


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_what_was_put_comes_back_and_is_sealed(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    store: Store = FolderStore(tmp_path) if kind == "folder" else request.getfixturevalue("bucket")

    store.put("claims/a/b", PDF)
    store.put("claims/a/b", PDF)

    assert store.get("claims/a/b") == PDF
    with pytest.raises(FileMissing):
        store.get("claims/a/c")


def test_the_buckets_owner_reads_nothing(bucket: S3Store) -> None:
    bucket.put("a", PDF)
    kept = bucket.client.get_object(Bucket=bucket.bucket, Key="claims/a")["Body"].read()
    assert b"hospital" not in kept

    bucket.client.copy_object(Bucket=bucket.bucket, Key="claims/b", CopySource=f"{bucket.bucket}/claims/a")
    with pytest.raises(Undecryptable):
        bucket.get("b")  # sealed under another name


def test_a_store_that_does_not_answer_is_said_so(bucket: S3Store, settings: LazySettings) -> None:
    missing = S3Store(bucket="nobodys", prefix="", region=REGION, endpoint_url=settings.STORAGE_ENDPOINT_URL)
    closed = S3Store(bucket=bucket.bucket, prefix="", region=REGION, endpoint_url=f"http://127.0.0.1:{ports.free_port()}")
    for store in (missing, closed):
        with pytest.raises(StoreUnavailable):
            store.put("a", PDF)
    with pytest.raises(StoreUnavailable):
        closed.get("a")
