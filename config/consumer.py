"""The part of a worker that holds its connection to Redis."""

from typing import Any

from celery.worker import consumer
from redis.exceptions import RedisError


class Consumer(consumer.Consumer):  # type: ignore[misc]
    """Connects to Redis again for as long as it takes.

    Workers here need no news of each other, and the queues of that news are what a lost connection
    breaks: closing them asks a connection that is no more (celery/kombu#582). What kombu raises of
    such a one, AttributeError, and what a full Redis says are no reason to end the worker: it
    connects again. Jobs run in processes of their own, so none of their errors arrives here.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, without_gossip=True, without_mingle=True, **kwargs)
        lost: tuple[type[BaseException], ...] = self.conninfo.connection_errors
        self.connection_errors = (*lost, AttributeError, RedisError)
