"""The cache that counts sign-in attempts and API requests: in Redis, else in the database."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

TABLE = "counters"
RETRY_SECONDS = 10

logger = logging.getLogger(__name__)


def _counted(name: str) -> Callable[..., Any]:
    """Return a method that does this operation on Redis, and on the table while that fails."""

    def operation(self: "CounterCache", *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= CounterCache.redis_asked_at:
            try:
                return getattr(super(CounterCache, self), name)(*args, **kwargs)
            except RedisError as error:
                CounterCache.redis_asked_at = monotonic() + RETRY_SECONDS
                logger.warning("Redis cannot count, the database does: %s", error)
        return getattr(self.table, name)(*args, **kwargs)

    return operation


class CounterCache(RedisCache):
    """Redis; for ten seconds after it failed, was full or did not answer, a table instead.

    Counts of one are not carried to the other: who changes over starts again at nothing.
    """

    redis_asked_at = 0.0  # of the clock `monotonic`, for all threads of the process

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.table = DatabaseCache(TABLE, {key: params[key] for key in params if key != "OPTIONS"})

    add = _counted("add")
    get = _counted("get")
    set = _counted("set")
    touch = _counted("touch")
    delete = _counted("delete")
    get_many = _counted("get_many")
    has_key = _counted("has_key")
    incr = _counted("incr")
    set_many = _counted("set_many")
    delete_many = _counted("delete_many")
    clear = _counted("clear")
