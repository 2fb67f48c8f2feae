"""How many requests a key, a person or an address may send in a minute."""

import logging
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

logger = logging.getLogger(__name__)


class Throttle(SimpleRateThrottle):
    """Counts in the cache by key, else by person, else by address.

    While the cache does not answer nobody is counted: answers are saved all the same.
    """

    scope = "api"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Tell whether the caller may send one more request now."""
        try:
            return bool(super().allow_request(request, view))
        except RedisError:
            logger.warning("the cache does not answer; API requests are not counted")
            return True

    def get_rate(self) -> str:
        """Return the setting as it stands now."""
        return f"{settings.API_REQUESTS_PER_MINUTE}/minute"

    def get_cache_key(self, request: Request, view: Any) -> str:
        """Return under which name the caller is counted."""
        who = request.user.pk if request.user.is_authenticated else self.get_ident(request)
        return f"api-throttle:{who}"
