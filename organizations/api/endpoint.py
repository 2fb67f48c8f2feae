"""Operations of the API: guarded like a page, carried out once, documented."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from organizations.access import Loader, enter_tenant
from organizations.api.authentication import TenantAPIRequest, find_actor
from organizations.api.idempotency import IDEMPOTENCY_KEY, carry_out_once
from organizations.api.schema import ALWAYS, TEXTS, WITH_BODY
from organizations.exceptions import Invalid
from organizations.permissions import Permission
from organizations.serializers import ErrorSerializer

Answers = Mapping[Any, Any]  # by status, or by status and media type
Method = Callable[..., HttpResponseBase]
# A serializer, or one for each media type.
Takes = type[serializers.Serializer] | OpenApiTypes | Mapping[str, Any] | None
NO_SUCH = "There is no such row."


class Endpoint(APIView):
    """One path of the API; its methods are made by `operation`."""

    tag = ""

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Keep every answer out of caches."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response


def operation(
    name: str,
    permission: Permission,
    *,
    takes: Takes = None,
    parameters: Sequence[OpenApiParameter] = (),
    rows: Mapping[str, Loader] | None = None,
    shown_once: Sequence[str] = (),
    makes: bool = True,
    **described: Any,
) -> Callable[[Method], Method]:
    """Make a method of an endpoint below `organizations/{org}/` an operation of the API.

    It is guarded as a page is by `tenant_view`: `rows` are the loaders, named as in the path. A
    POST that `makes` something is carried out once under an `Idempotency-Key`; fields `shown_once`
    are not kept for repetitions. `answers` and `errors` are as `documented` takes them.
    """

    def decorate(method: Method) -> Method:
        act, names = method, tuple(parameters)
        if makes and method.__name__ == "post":
            act = _once(method, has_body=takes is not None, shown_once=shown_once)
            names = (*names, IDEMPOTENCY_KEY)
        guarded = _admitted(act, permission, rows or {})
        return documented(guarded, name, takes=takes, parameters=names, **described)

    return decorate


def _admitted(method: Method, permission: Permission, rows: Mapping[str, Loader]) -> Method:
    """Enter the tenant of the caller as pages do."""

    @wraps(method)
    def guarded(
        self: Endpoint, request: TenantAPIRequest, org: str, **kwargs: Any
    ) -> HttpResponseBase:
        request.actor, request.organization = find_actor(request, org)
        with enter_tenant(request.actor, permission, rows, kwargs) as found:
            return method(self, request, **found)

    guarded.permission = permission  # type: ignore[attr-defined]
    return guarded


def _once(method: Method, *, has_body: bool, shown_once: Sequence[str]) -> Method:
    """Carry a method out once under an `Idempotency-Key`."""

    @wraps(method)
    def once(self: Endpoint, request: TenantAPIRequest, **found: Any) -> HttpResponseBase:
        return carry_out_once(
            request,
            lambda: method(self, request, **found),
            has_body=has_body,
            shown_once=shown_once,
        )

    return once


def documented(
    method: Method,
    name: str,
    *,
    answers: Answers,
    takes: Takes = None,
    parameters: Sequence[OpenApiParameter] = (),
    errors: Sequence[int] = (),
) -> Method:
    """Say in the schema what an operation takes and every answer that it may give."""
    refusals = {*ALWAYS, *errors}
    refusals |= set(WITH_BODY) if takes else {422} if parameters else set()
    responses: dict[int, Any] = dict(answers)
    responses |= {
        status: OpenApiResponse(ErrorSerializer, description=TEXTS[status])
        for status in sorted(refusals - set(answers))
    }
    decorated: Method = extend_schema(
        operation_id=name,
        summary=(method.__doc__ or "").strip(),
        description="",
        request=takes,
        responses=responses,
        parameters=list(parameters),
    )(method)
    return decorated


def checked(takes: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """Return the body as the serializer reads it; raises ValidationError with all errors."""
    given = takes(data=request.data)
    given.is_valid(raise_exception=True)
    data: dict[str, Any] = given.validated_data
    return data


def referred(load: Loader, row_id: UUID, field: str) -> Any:
    """Return the row that a body refers to; Invalid alike for another's and for none."""
    try:
        return load(row_id)
    except ObjectDoesNotExist:
        raise Invalid("There is no such thing.", fields={field: [NO_SUCH]}) from None


def shown(
    serializer: type[serializers.BaseSerializer], row: Any, request: TenantAPIRequest
) -> dict[str, Any]:
    """Return a row as its serializer shows it, with addresses of the request's firm."""
    data: dict[str, Any] = serializer(row, context={"org": request.organization.slug}).data
    return data


def made(
    serializer: type[serializers.BaseSerializer],
    row: models.Model,
    request: TenantAPIRequest,
    *,
    at: str,
    **shown_once: Any,
) -> Response:
    """Answer a row that was made, and where it is: the path named `at`, which ends in its id."""
    url = reverse(f"api:{at}", args=[request.organization.slug, row.pk])
    return created({**shown(serializer, row, request), **shown_once}, url=url)


def created(data: Any, *, url: str, status: int = 201) -> Response:
    """Answer what was made, and where it is."""
    return Response(data, status=status, headers={"Location": url})
