"""Who calls: a program with an API key, or a person's session; and how often they may."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from drf_spectacular.authentication import SessionScheme as _SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from organizations import selectors
from organizations.access import enter_as_holder
from organizations.models import ApiKey, Organization, User
from organizations.permissions import Actor
from organizations.selectors import SessionHolder
from organizations.services.api_keys import note_api_key_use
from organizations.throttling import seconds_to_wait

SECRET = re.compile(r"xo_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")
REFUSED = "This key is unknown or no longer valid."


class TenantAPIRequest(Request):
    """A request with who acts, and in which organization."""

    actor: Actor
    organization: Organization
    # The tenant of the key or session that it came with, which is left when it is answered.
    entered: ExitStack


@dataclass(frozen=True)
class KeyHolder:
    """Stands where Django expects a user; no person."""

    pk: UUID
    is_authenticated = True
    is_active = True
    is_anonymous = False


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`; the first of all, so that 401 names the scheme."""

    def authenticate(self, request: Any) -> tuple[KeyHolder, ApiKey] | None:
        """Return the key's holder and the key; none where no bearer is named.

        The key's tenant is entered by the statement that finds the key. That it was used is noted
        when the tenant is left again: requests at once do not wait for each other's note.
        """
        scheme, _, given = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        secret = given.strip().decode("latin-1")
        if not SECRET.fullmatch(secret):
            raise AuthenticationFailed(REFUSED)
        with ExitStack() as entering:
            key = entering.enter_context(selectors.api_key_enter(secret))
            if key is None:
                raise AuthenticationFailed(REFUSED)
            request.entered.callback(note_api_key_use, key=key)
            request.entered.push(entering.pop_all())
        return KeyHolder(key.pk), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """A browser's session, with the token of its forms wherever something is written."""

    def authenticate(self, request: Any) -> tuple[User, SessionHolder | None] | None:
        """Return the person, with what they are in the organization that the path names.

        One statement finds both and enters a member's organization. Whose session is to be read
        anew is found by Django alone; so is who sends files, as their token is looked for in all
        that they send, which is to hold no transaction open.
        """
        org = request.parser_context["kwargs"].get("org")
        if org is None or request.content_type.startswith("multipart/"):
            return super().authenticate(request)
        with ExitStack() as entering:
            holder = entering.enter_context(enter_as_holder(request, org))
            if holder is None:
                return super().authenticate(request)
            self.enforce_csrf(request)
            if holder.membership is not None:
                request.entered.push(entering.pop_all())
        return holder.user, holder


class SessionScheme(_SessionScheme):
    """Names the session in the schema, as that of the class above it."""

    target_class = f"{__name__}.SessionAuthentication"


class KeyScheme(OpenApiAuthenticationExtension):
    """Names the key in the schema."""

    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key."}


@contextmanager
def enter_as_caller(request: TenantAPIRequest, org: str) -> Iterator[None]:
    """Enter an organization for a whole request, as the key or the person; Http404 for others."""
    if isinstance(request.auth, ApiKey):
        actor = selectors.api_key_actor(request.auth)
        request.actor, request.organization = actor, request.auth.organization
        if request.organization.slug != org:
            raise Http404
        with request.entered.pop_all():
            yield
        return
    with ExitStack() as entered:
        if isinstance(request.auth, SessionHolder):
            holder: SessionHolder | None = request.auth
            entered.push(request.entered.pop_all())
        else:
            holder = entered.enter_context(enter_as_holder(request, org))
        membership = None if holder is None else holder.membership
        if membership is None:
            raise Http404
        request.actor = selectors.membership_actor(membership)
        request.organization = membership.organization
        yield


class Throttle(BaseThrottle):
    """Counts requests by key, else by person, else by address (`organizations/throttling.py`)."""

    wait_s = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count a request; tell whether it may go on."""
        who = request.user.pk if request.user.is_authenticated else self.get_ident(request)
        self.wait_s = seconds_to_wait(f"requests:{who}", limit=settings.API_REQUESTS_PER_MINUTE)
        return self.wait_s <= 0

    def wait(self) -> float:
        """Return after how many seconds the caller may ask again."""
        return self.wait_s
