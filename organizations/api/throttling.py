"""How many requests a key, a person or an address may send in a minute."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class Throttle(SimpleRateThrottle):
    """Counts in the cache by key, else by person, else by address."""

    scope = "api"

    def get_rate(self) -> str:
        """Return the setting as it stands now."""
        return f"{settings.API_REQUESTS_PER_MINUTE}/minute"

    def get_cache_key(self, request: Request, view: Any) -> str:
        """Return under which name the caller is counted."""
        who = request.user.pk if request.user.is_authenticated else self.get_ident(request)
        return f"api-throttle:{who}"
