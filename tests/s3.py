"""A local S3 for tests: moto's server on the loopback, with a bucket."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
import urllib3
from django.test import override_settings
from moto.server import ThreadedMotoServer

BUCKET = "crossover-files"
KEYS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def local_s3() -> Iterator[Any]:
    """Let the product keep its files in a new bucket of a local S3; yield the bucket."""
    url = _server_url()
    urllib3.request("POST", f"{url}/moto-api/reset")
    with (
        patch.dict("os.environ", KEYS),
        override_settings(FILES_S3_BUCKET=BUCKET, FILES_S3_ENDPOINT_URL=url),
    ):
        yield boto3.resource("s3", endpoint_url=url).create_bucket(Bucket=BUCKET)


@cache
def _server_url() -> str:
    """Start the server, whose thread ends with the process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"
