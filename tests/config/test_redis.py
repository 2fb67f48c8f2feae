"""A private Redis: started, found again and stopped for real."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu.connection import Connection

from config.local import redis


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[redis.Redis]:
    """A Redis in a folder whose name has a space."""
    found = redis.Redis(tmp_path / "my redis")
    yield found
    redis.stop(found)


def test_start_and_stop(broker: redis.Redis) -> None:
    assert redis.start(broker) is True
    assert redis.start(broker) is False
    assert redis.stop(broker) is True
    assert redis.stop(broker) is False


def test_socket_of_a_long_path_is_short() -> None:
    deep = redis.Redis(Path("/" + "n" * 120))

    assert deep.socket.parts[1] == "tmp"


def test_url_is_one_that_celery_reads(broker: redis.Redis) -> None:
    redis.start(broker)

    with Connection(broker.url) as connection:
        queue = connection.SimpleQueue("try")
        queue.put("message")
        received = queue.get(timeout=60)
        received.ack()

    assert received.payload == "message"
