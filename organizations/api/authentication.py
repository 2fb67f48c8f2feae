"""Who calls: a program with an API key, or a person's session."""

import re
from dataclasses import dataclass
from uuid import UUID

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from organizations.models import ApiKey
from organizations.selectors.api_keys import api_key_find
from organizations.services.api_keys import note_api_key_use

SECRET = re.compile(r"xo_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")
REFUSED = "This key is not known, or it is no longer good."


@dataclass(frozen=True)
class KeyHolder:
    """Stands where Django expects a user; no person."""

    pk: UUID
    is_authenticated = True
    is_active = True
    is_anonymous = False


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`; the first of all, so that 401 names the scheme."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiKey] | None:
        """Return the key's holder and the key; none where no bearer is named."""
        scheme, _, given = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        secret = given.strip().decode("latin-1")
        key = api_key_find(secret) if SECRET.fullmatch(secret) else None
        if key is None:
            raise AuthenticationFailed(REFUSED)
        note_api_key_use(key=key)
        return KeyHolder(key.pk), key

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):
    """Names the key in the schema."""

    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the scheme as OpenAPI words it."""
        return {"type": "http", "scheme": "bearer", "description": "An API key."}
