"""The part of a worker that holds its connection to Redis."""

import logging
from typing import Any

from celery.worker import consumer
from kombu.transport import redis, virtual
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class QoS(redis.QoS):
    """Counts the messages that a worker has taken and not acknowledged yet.

    It takes no more of them than it has processes. Kombu goes on counting a message whose
    acknowledgement failed, because Redis was full or silent: after one for each process the worker
    would take nothing any more, without a word. Here it is counted no longer; Redis delivers it
    again once it is overdue, and its job is known to be done.
    """

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge a message; what Redis says of it is raised."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        except Exception:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


redis.Channel.QoS = QoS


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

    def on_connection_error_after_connected(self, exc: BaseException) -> None:
        """Give the lost connection up, also where closing it fails.

        While a job is under way, closing wants to give its message back by the connection that is
        no more. Nothing is lost by leaving that: the relay and the job's lease send it again.
        """
        try:
            super().on_connection_error_after_connected(exc)
        except (AttributeError, RedisError) as error:
            logger.warning("the lost connection to Redis could not be closed: %r", error)
