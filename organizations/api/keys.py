"""Operations on API keys; for an owner's session alone."""

from django.http import HttpResponseBase
from rest_framework.response import Response

from organizations import serializers
from organizations.api.endpoint import Endpoint, checked, made, operation
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.models import ApiKey
from organizations.permissions import Permission
from organizations.selectors.api_keys import api_key_get, api_key_list
from organizations.services.api_keys import create_api_key, revoke_api_key


class ApiKeyList(Endpoint):
    """`/organizations/{org}/api-keys/`."""

    tag = "api keys"

    @operation(
        "api_key_list",
        Permission.API_KEY_MANAGE,
        answers={200: page_schema(serializers.ApiKeySerializer)},
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The firm's keys, the newest first, revoked ones included."""
        order = ("-created_at", "-pk")
        return page_of(request, api_key_list(), serializers.ApiKeySerializer, order=order)

    @operation(
        "api_key_create",
        Permission.API_KEY_MANAGE,
        takes=serializers.ApiKeyInputSerializer,
        answers={201: serializers.NewApiKeySerializer},
        shown_once=("secret",),
    )
    def post(self, request: TenantAPIRequest) -> HttpResponseBase:
        """Make a key for the firm, or for one client; its secret is shown in this answer alone."""
        data = checked(serializers.ApiKeyInputSerializer, request)
        new = create_api_key(
            by=request.actor,
            name=data["name"],
            scopes=data["scopes"],
            client_id=data["client"],
            expires_at=data["expires_at"],
        )
        return made(
            serializers.ApiKeySerializer, new.key, request, at="api-key-detail", secret=new.secret
        )


class ApiKeyDetail(Endpoint):
    """`/organizations/{org}/api-keys/{api_key}/`."""

    tag = "api keys"

    @operation(
        "api_key_read",
        Permission.API_KEY_MANAGE,
        answers={200: serializers.ApiKeySerializer},
        rows={"api_key": api_key_get},
    )
    def get(self, request: TenantAPIRequest, api_key: ApiKey) -> HttpResponseBase:
        """One key."""
        return Response(serializers.ApiKeySerializer(api_key).data)

    @operation(
        "api_key_revoke",
        Permission.API_KEY_MANAGE,
        answers={200: serializers.ApiKeySerializer},
        rows={"api_key": api_key_get},
    )
    def delete(self, request: TenantAPIRequest, api_key: ApiKey) -> HttpResponseBase:
        """Revoke a key at once; it stays in the list."""
        revoked = revoke_api_key(by=request.actor, key=api_key)
        return Response(serializers.ApiKeySerializer(revoked).data)
