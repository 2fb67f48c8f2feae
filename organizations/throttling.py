"""How often one address may ask for a public page."""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.throttling import SimpleRateThrottle

from organizations.exceptions import Busy


class AddressThrottle(SimpleRateThrottle):
    """Counts the requests of an address for one kind of page, as sign-ins are counted."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def get_rate(self) -> str:
        """Return the setting as it stands now."""
        return f"{settings.PUBLIC_REQUESTS_PER_MINUTE}/minute"

    def get_cache_key(self, request: Any, view: Any) -> str:
        """Return under which name the address is counted."""
        return f"{self.scope}:{get_adapter().get_client_ip(request)}"


def throttled(
    view: Callable[Concatenate[HttpRequest, ...], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let an address ask for a public page so many times a minute; then it is told to wait."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        throttle = AddressThrottle(view.__module__)
        if not throttle.allow_request(request, None):  # type: ignore[arg-type]
            raise Busy(
                "This page was asked for too often from here. Wait a minute.",
                retry_after_s=math.ceil(throttle.wait() or 1),
            )
        return view(request, *args, **kwargs)

    return guarded
