"""Uploaded files in a bucket of S3, or of anything that speaks its protocol."""

from functools import cache

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from insurance.gateways.storage import FileMissing, StoreUnavailable, seal, unseal

CONNECT_S = 2
ANSWER_S = 8
ABSENT = frozenset({"NoSuchKey", "404"})


class S3Store:
    """Objects `<prefix>/<key>`, sealed by us before they leave: the bucket's owner reads nothing.

    Credentials come from where AWS's own tools look for them (environment, instance role).
    """

    def __init__(self, *, bucket: str, prefix: str, region: str, endpoint_url: str | None) -> None:
        self.bucket, self.prefix = bucket, prefix.strip("/")
        patience = Config(connect_timeout=CONNECT_S, read_timeout=ANSWER_S, retries={"mode": "standard", "max_attempts": 3})
        self.client = boto3.client("s3", region_name=region or None, endpoint_url=endpoint_url or None, config=patience)

    def put(self, key: str, content: bytes) -> None:
        """See `Store.put`; StoreUnavailable. Repeating it is safe: the object is replaced by itself."""
        try:
            self.client.put_object(Bucket=self.bucket, Key=self.name_of(key), Body=seal(key, content).encode())
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable(str(error)) from error

    def get(self, key: str) -> bytes:
        """See `Store.get`; FileMissing, StoreUnavailable."""
        try:
            sealed = self.client.get_object(Bucket=self.bucket, Key=self.name_of(key))["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ABSENT:
                raise FileMissing(key) from error
            raise StoreUnavailable(str(error)) from error
        except BotoCoreError as error:
            raise StoreUnavailable(str(error)) from error
        return unseal(key, sealed.decode())

    def name_of(self, key: str) -> str:
        return f"{self.prefix}/{key}" if self.prefix else key


@cache
def from_settings() -> S3Store:
    """Return the one store of the process; its connections are shared by threads."""
    return S3Store(
        bucket=settings.STORAGE_BUCKET,
        prefix=settings.STORAGE_PREFIX,
        region=settings.STORAGE_REGION,
        endpoint_url=settings.STORAGE_ENDPOINT_URL,
    )
