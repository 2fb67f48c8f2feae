"""What Redis holds for web processes, and what stands in for it while it is down.

Counts of sign-in attempts and API requests go on in a table; copies of sessions are not there.
"""

import logging
from collections.abc import Callable
from secrets import randbelow
from time import monotonic, time
from typing import Any

from django.core.cache import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.db import connection
from redis import ConnectionPool, Redis
from redis.exceptions import RedisError

TABLE = "counters"
RETRY_SECONDS = 10

logger = logging.getLogger(__name__)


def _counted(name: str) -> Callable[..., Any]:
    """Return a method that does this operation on Redis, and on what stands in while that fails."""

    def operation(self: "CounterCache", *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= CounterCache.redis_asked_at:
            try:
                return getattr(super(CounterCache, self), name)(*args, **kwargs)
            except RedisError as error:
                CounterCache.redis_asked_at = monotonic() + RETRY_SECONDS
                logger.warning("Redis cannot be used, the database is: %s", error)
        return getattr(self.stand_in, name)(*args, **kwargs)

    return operation


class _Client(RedisCacheClient):
    """Django's, but for making anew at each call what only asks a pool for its connections."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._clients: dict[ConnectionPool, Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        """Return the client of the server that is read from, or written to."""
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        if pool not in self._clients:
            self._clients[pool] = super().get_client(key, write=write)
        return self._clients[pool]


# The moments of the last requests, in ms of this server's clock, the newest first.
COUNT_REQUEST = """
    local clock = redis.call('TIME')
    local now, limit, span = clock[1] * 1000 + math.floor(clock[2] / 1000), ARGV[1], ARGV[2]
    local oldest = redis.call('LINDEX', KEYS[1], limit - 1)
    if oldest and oldest + span > now then
        return oldest + span - now
    end
    redis.call('LPUSH', KEYS[1], now)
    redis.call('LTRIM', KEYS[1], 0, limit - 1)
    redis.call('PEXPIRE', KEYS[1], span)
    return 0
"""


class _Redis(RedisCache):
    """Django's, which counts requests too."""

    def count_request(self, name: str, *, limit: int, seconds: int) -> float:
        """Count a request by one operation; return the seconds to wait where it is refused."""
        key = self.make_and_validate_key(name)
        client = self._cache.get_client(key, write=True)
        return int(client.eval(COUNT_REQUEST, 1, key, limit, seconds * 1000)) / 1000


# The same in seconds of the web server's clock: requests at once write their row in turn.
COUNT_IN_TABLE = f"""
    insert into {TABLE} as counted (cache_key, value, expires)
    values (%(key)s, %(now)s, to_timestamp(%(now)s::text::float8 + %(seconds)s))
    on conflict (cache_key) do update set expires = excluded.expires, value = (
        select concat_ws(
            ' ',
            case when count(*) < %(limit)s then excluded.value end,
            string_agg(moment, ' ' order by place)
        )
        from unnest(string_to_array(counted.value, ' ')) with ordinality as told (moment, place)
        where moment::float8 > %(now)s::text::float8 - %(seconds)s
    )
    returning value
"""


# Of those who ask no more; what is being written is left alone, so that nobody waits.
REMOVE_PAST = f"""
    delete from {TABLE} where cache_key in (
        select cache_key from {TABLE} where expires < to_timestamp(%(now)s::text::float8)
        for update skip locked
    )
"""
# Version 1 of a name has what releases before this statement counted, in another form.
VERSION = 2


class _Table(DatabaseCache):
    """Django's, which counts requests too."""

    def count_request(self, name: str, *, limit: int, seconds: int) -> float:
        """Count a request by one statement; return the seconds to wait where it is refused.

        A caller's first one removes what is counted no longer: nothing else does.
        """
        # Digits of its own, too small to count, tell it from requests of the same moment.
        now = f"{time():.9f}{randbelow(10**9):09}"
        values: dict[str, str | int] = {
            "key": self.make_and_validate_key(name, version=VERSION),
            "now": now,
            "seconds": seconds,
            "limit": limit,
        }
        with connection.cursor() as cursor:
            cursor.execute(COUNT_IN_TABLE, values)
            moments = cursor.fetchone()[0].split()
            if len(moments) == 1:
                cursor.execute(REMOVE_PAST, values)
        return 0.0 if moments[0] == now else float(moments[limit - 1]) + seconds - float(now)


class CounterCache(_Redis):
    """Redis; for ten seconds after it failed, was full or did not answer, a table instead.

    Counts of one are not carried to the other: who changes over starts again at nothing.
    """

    redis_asked_at = 0.0  # of the clock `monotonic`, for all threads of the process

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
        self.stand_in = self.make_stand_in({key: params[key] for key in params if key != "OPTIONS"})

    def make_stand_in(self, params: dict[str, Any]) -> BaseCache:
        """Return what is used while Redis fails."""
        return _Table(TABLE, params)

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
    count_request = _counted("count_request")


class CopyCache(CounterCache):
    """Redis; while it fails there are no copies, and the database has what they are copies of."""

    def make_stand_in(self, params: dict[str, Any]) -> BaseCache:
        return DummyCache("", params)
