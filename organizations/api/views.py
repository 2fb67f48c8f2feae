"""Resources of the API: viewsets inside a tenant, each with a table of its operations."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django_filters import FilterSet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action as extra_action
from rest_framework.metadata import SimpleMetadata
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from organizations.access import Loader, checked_rows
from organizations.api.authentication import TenantAPIRequest, enter_as_caller
from organizations.api.errors import PreconditionFailed
from organizations.api.headers import (
    carry_out_once,
    expected_version,
    hash_tag,
    precondition,
    tags_read,
)
from organizations.api.lists import PAGING, SignedCursorPagination, filter_parameters
from organizations.exceptions import Archived, Invalid
from organizations.kept_pages import find_or_make
from organizations.permissions import Permission

Data = dict[str, Any]  # a body that its serializer has validated
Takes = type[serializers.Serializer] | OpenApiTypes | Mapping[str, Any] | None
Gives = type[serializers.BaseSerializer] | OpenApiTypes | Mapping[Any, Any] | None
NO_SUCH = "There is no such row."
OF_LISTS = {"get": "list", "post": "create", "put": "update_all"}
OF_ROWS = {"get": "retrieve", "put": "update", "delete": "destroy"}


@dataclass(frozen=True)
class Operation:
    """The contract of one action of a resource.

    `takes` is the body's serializer (or one by media type). `gives` is the response's where it is
    not the resource's own, or all successful responses by status. A POST `is_once` carried out
    once under an `Idempotency-Key`; its fields `shown_once` are not kept for repetitions.
    """

    permission: Permission | None  # none: outside of an organization
    takes: Takes = None
    gives: Gives = None
    status: int | None = None  # of a success, where it is not 200, or 201 of a creation
    errors: Sequence[int] = ()
    parameters: Sequence[OpenApiParameter] = ()
    name: str = ""  # the operationId, where it is not the resource's name with the action
    is_once: bool = True
    shown_once: Sequence[str] = ()
    of_archived: bool = False  # gets rows that are archived
    is_kept: bool = False  # follows from the database and `clock` alone: see `kept_pages`


class ResourceMetadata(SimpleMetadata):
    """Describes a resource to OPTIONS without its fields: the schema has those."""

    def determine_actions(self, request: Request, view: Any) -> dict[str, Any]:
        return {}


class ResourceViewSet(GenericViewSet):
    """A resource below `organizations/{org}/`.

    Every action runs inside the tenant, after the permission of its operation was checked, and
    gets the parts of its path by name: a loader's row in place of the id, as pages do. A summary
    in the schema is the docstring of the function that does the work; of `retrieve`, the class's.
    """

    request: TenantAPIRequest
    tag: ClassVar[str] = ""
    operations: ClassVar[Mapping[str, Operation]] = {}
    loaders: ClassVar[Mapping[str, Loader]] = {}
    is_versioned: ClassVar[bool] = False
    filterset_class: ClassVar[type[FilterSet] | None] = None
    filter_backends = (DjangoFilterBackend,)
    pagination_class: type[SignedCursorPagination] | None = SignedCursorPagination
    metadata_class = ResourceMetadata
    ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-pk")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as request.entered:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the action of a path below an organization run inside the tenant."""
        super().initial(request, *args, **kwargs)
        method = (request.method or "").lower()
        if self.action in self.operations and "org" in kwargs:
            setattr(self, method, partial(self._act, getattr(self, method)))
        elif self.action in self.operations:
            self._check_parameters()

    def _act(
        self, act: Callable[..., Response], request: TenantAPIRequest, org: str, **parts: Any
    ) -> HttpResponseBase:
        respond = partial(self._respond_to_caller, act, request, parts)
        with enter_as_caller(request, org):
            if self.operations[self.action].is_kept:
                return find_or_make(request, request.actor, partial(self._rendered, respond))
            return respond()

    def _respond_to_caller(
        self, act: Callable[..., Response], request: TenantAPIRequest, parts: Mapping[str, Any]
    ) -> HttpResponseBase:
        """Return an action's response, once the parts of its path are found and may be had."""
        operation = self.operations[self.action]
        assert operation.permission is not None
        loaders = {name: load for name, load in self.loaders.items() if name in parts}
        found = checked_rows(
            request.actor, operation.permission, loaders, parts, operation.of_archived
        )
        self._check_parameters()
        if self.is_tagged and request.method in ("PUT", "DELETE"):
            found = self._unchanged(request, found)
        run = partial(act, request, **found)
        if request.method != "POST" or not operation.is_once:
            return run()
        return carry_out_once(
            request, run, has_body=operation.takes is not None, shown_once=operation.shown_once
        )

    def _rendered(self, respond: Callable[[], Any]) -> HttpResponseBase:
        """Return a response with its text, which can be kept."""
        response = respond()
        response.accepted_renderer = self.request.accepted_renderer
        response.accepted_media_type = self.request.accepted_media_type
        response.renderer_context = self.get_renderer_context()
        rendered: HttpResponseBase = response.render()
        return rendered

    @property
    def is_tagged(self) -> bool:
        """Whether its rows, which have no version, have the hash of what is shown as entity tag."""
        has_update = isinstance(self, UpdateMixin) and "retrieve" in self.operations
        return has_update and not self.is_versioned

    def _check_parameters(self) -> None:
        """Raise Invalid for a parameter that the operation does not have: it would do nothing."""
        unknown = set(self.request.query_params) - {each.name for each in query_parameters(self)}
        if unknown:
            fields = {name: ["There is no such parameter."] for name in sorted(unknown)}
            raise Invalid("There is no such parameter here.", fields=fields)

    def _unchanged(self, request: TenantAPIRequest, parts: Mapping[str, Any]) -> dict[str, Any]:
        """Return a path's rows, locked, where they are still what `If-Match` names.

        Raises PreconditionFailed for others, with what stands now.
        """
        read = tags_read(request)
        if read in ([], ["*"]):
            return dict(parts)
        fresh = dict(parts)
        for name, row in parts.items():
            if isinstance(row, models.Model):
                list(type(row).objects.filter(pk=row.pk).select_for_update(of=("self",)))  # type: ignore[attr-defined]
                fresh[name] = self.loaders[name](row.pk)
        standing = cast(Any, self).retrieve(request, **fresh)
        if standing["ETag"] not in read:
            raise PreconditionFailed("This has changed since it was read.", current=standing.data)
        return fresh

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_serializer_context(self) -> dict[str, Any]:
        return {"org": self.kwargs.get("org")}

    def validated(self, serializer: type[serializers.Serializer] | None = None) -> Data:
        """Return the validated body; raises ValidationError with all errors."""
        takes: Any = serializer or self.operations[self.action].takes
        body = takes(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return body.validated_data

    def respond(self, row: Any, *, status: int = 200, **extra: Any) -> Response:
        """Return a row as the operation's serializer gives it, with its version's entity tag."""
        gives = self.operations[self.action].gives
        serializer = gives if isinstance(gives, type) else self.get_serializer_class()
        data = serializer(row, context=self.get_serializer_context()).data
        response = Response({**data, **extra} if extra else data, status=status)
        if self.is_versioned:
            response["ETag"] = f'"{row.version}"'
        elif self.is_tagged:
            response["ETag"] = hash_tag(response.data)
        return response

    def respond_created(self, row: models.Model, *, at: str = "", **extra: Any) -> Response:
        """Return a new row, with its address (the path named `at`) where it has one of its own."""
        response = self.respond(row, status=201, **extra)
        name = at or ("retrieve" in self.operations and f"{self.basename}-detail")
        if name:
            response["Location"] = reverse(f"api:{name}", args=[self.kwargs["org"], row.pk])
        return response


class ListMixin:
    """Gives the rows of `list_rows`, filtered, page by page in the order of `ordering`."""

    list_rows: Callable[..., Any]

    def list(self: Any, request: TenantAPIRequest, **parts: Any) -> Response:
        rows = self.filter_queryset(self.list_rows(**parts))
        page = self.paginate_queryset(rows)
        found = self.get_serializer(rows if page is None else page, many=True).data
        return Response(found) if page is None else self.get_paginated_response(found)


class RetrieveMixin:
    """Gives the row that the path names."""

    def retrieve(self: Any, request: TenantAPIRequest, **parts: Any) -> Response:
        (row,) = parts.values()
        return self.respond(row)


class CreateMixin:
    """Creates a row by `perform_create`, which calls one service with the validated body."""

    perform_create: Callable[..., Any]

    def create(self: Any, request: TenantAPIRequest, **parts: Any) -> Response:
        return self.respond_created(self.perform_create(self.validated(), **parts))


class UpdateMixin:
    """Changes the path's row by `perform_update`; a versioned one over what was read."""

    perform_update: Callable[..., Any]

    def update(self: Any, request: TenantAPIRequest, **parts: Any) -> Response:
        data = self.validated()
        if not self.is_versioned:
            return self.respond(self.perform_update(data, **parts))
        (row,) = parts.values()
        data["version"] = expected_version(request, data, standing=row.version)
        with precondition(request):
            return self.respond(self.perform_update(data, **parts))


class DestroyMixin:
    """Ends the path's row by `perform_destroy`: what is left of it is given, or nothing."""

    perform_destroy: Callable[..., Any]

    def destroy(self: Any, request: TenantAPIRequest, **parts: Any) -> Response:
        row = self.perform_destroy(**parts)
        return Response(status=204) if row is None else self.respond(row)


def query_parameters(view: ResourceViewSet) -> list[OpenApiParameter]:
    """Return the parameters of the query that a view's present operation takes."""
    operation = view.operations[view.action]
    parameters = [each for each in operation.parameters if each.location == OpenApiParameter.QUERY]
    if view.action == "list" and operation.gives is None and view.pagination_class:
        parameters += PAGING
    if view.action == "list" and view.filterset_class:
        parameters += filter_parameters(cast(Any, view.filterset_class))
    return parameters


def action(
    path: str, method: Literal["get", "post", "put"], *, name: str = ""
) -> Callable[..., Any]:
    """Make a method of a viewset an operation below a row: `path` is its part of the address.

    The address is named after the resource and `name`, or `path`.
    """
    return extra_action(detail=True, methods=[method], url_path=path, url_name=name or path)


def find_referenced(load: Loader, row_id: Any, field: str) -> Any:
    """Return the row that a body refers to; Invalid alike for another tenant's and for none."""
    try:
        row = load(row_id)
    except ObjectDoesNotExist:
        raise Invalid("There is no such thing.", fields={field: [NO_SUCH]}) from None
    if getattr(row, "is_archived", False):
        raise Invalid("This is archived.", fields={field: [Archived().message]})
    return row


def resource(
    name: str, view: type[ResourceViewSet], *, many: str | None = None, one: str | None = None
) -> list[URLPattern]:
    """Return a resource's paths: its list at `many`, a row at `one`, extra actions below a row.

    Both are relative to the organization's, and end in a slash.
    """

    routes: list[Any] = [(many, "list", OF_LISTS), (one, "detail", OF_ROWS)]
    if one is not None:
        extras = cast(list[Any], view.get_extra_actions())
        routes += [(f"{one}{extra.url_path}/", extra.url_name, extra.mapping) for extra in extras]
    patterns = []
    for route, suffix, actions in routes:
        used: Any = {method: act for method, act in actions.items() if act in view.operations}
        if route is not None and used:
            address = view.as_view(used, basename=name)
            patterns.append(path(route, address, name=f"{name}-{suffix}"))
    return patterns
