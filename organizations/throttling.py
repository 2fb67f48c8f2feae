"""How often one caller may ask: at most so many requests in any minute, refused ones not counted.

Redis counts by one operation, and so does the table that stands in for it while it is down
(`config/counters.py`): requests at once cannot slip through together. A cache of one process counts
under a lock.
"""

import math
import time
from collections.abc import Callable
from functools import partial, wraps
from threading import Lock
from typing import Any, Concatenate

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import BaseCache, caches
from django.http import HttpRequest, HttpResponse

from organizations.exceptions import Busy

MINUTE_S = 60
_counting = Lock()


def wait_in_plain_cache(cache: BaseCache, name: str, *, limit: int, seconds: int) -> float:
    """Count a request in a cache that only gets and sets; return what `seconds_to_wait` does."""
    with _counting:
        now = time.time()
        moments = [each for each in cache.get(name, ()) if each > now - seconds]
        if len(moments) >= limit:
            return float(moments[-limit]) + seconds - now
        cache.set(name, [*moments, now], seconds)
    return 0.0


def seconds_to_wait(name: str, *, limit: int) -> float:
    """Count a request of this name; return for how long to wait where a minute has had `limit`.

    Nothing is counted then.
    """
    if limit < 1:
        return float(MINUTE_S)
    cache = caches["default"]
    count = getattr(cache, "count_request", partial(wait_in_plain_cache, cache))
    waiting: float = count(name, limit=limit, seconds=MINUTE_S)
    return waiting


def throttled(
    view: Callable[Concatenate[HttpRequest, ...], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let an address ask for a public page so many times a minute; then refuse it for a while."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = get_adapter().get_client_ip(request)
        limit = settings.PUBLIC_REQUESTS_PER_MINUTE
        waiting = seconds_to_wait(f"requests:{view.__module__}:{address}", limit=limit)
        if waiting > 0:
            raise Busy(
                "This page was asked for too often from here. Wait a minute.",
                retry_after_s=math.ceil(waiting),
            )
        return view(request, *args, **kwargs)

    return guarded
