"""Guards of views: sign-in, membership, the tenant, its rows and the role's permission."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse

from organizations import selectors, tenancy
from organizations.exceptions import Archived, Denied
from organizations.models import Membership, Organization
from organizations.permissions import RESULTS, Actor, Permission

NOT_PUBLISHED = "The results are not published yet: your consultant does that once they are sound."
Loader = Callable[[Any], models.Model]


class TenantRequest(HttpRequest):
    """A request of a member inside their organization."""

    actor: Actor
    organization: Organization
    has_other_organizations: bool
    # The parts of the path, with rows in place of ids: there while the view runs, in the tenant.
    found: Mapping[str, Any]


def tenant_view(
    permission: Permission, *, of_archived: bool = False, **loaders: Loader
) -> Callable[
    [Callable[Concatenate[TenantRequest, ...], HttpResponse]], Callable[..., HttpResponse]
]:
    """Guard a view below `/o/<slug:org>/`.

    In this order: sign-in; membership (404 for a non-member); then the checks of `enter_tenant`.
    A row that does not exist and a row of another tenant give the same response. Only a view
    `of_archived` rows gets one that is archived.
    """

    def decorate(
        view: Callable[Concatenate[TenantRequest, ...], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @signed_in
        @wraps(view)
        def guarded(request: TenantRequest, org: str, **kwargs: Any) -> HttpResponse:
            membership = member_of(org, user_id=cast(UUID, request.user.pk))
            request.actor = selectors.membership_actor(membership)
            request.organization = membership.organization
            request.has_other_organizations = membership.has_other_organizations
            entered = enter_tenant(request.actor, permission, loaders, kwargs, of_archived)
            with entered as found:
                request.found = found
                try:
                    return view(request, **found)
                finally:
                    del request.found

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Redirect to the sign-in page; a fragment gets 401, so that the page does not replace it."""
    redirecting = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request") and not request.user.is_authenticated:
            return HttpResponse("You are signed out.", status=401, content_type="text/plain")
        return redirecting(request, *args, **kwargs)

    return guarded


def member_of(org: str, *, user_id: UUID) -> Membership:
    """Return the person's active membership in that organization; Http404 for a non-member."""
    membership = selectors.membership_find(user_id=user_id, organization_slug=org)
    if membership is None:
        raise Http404
    return membership


@contextmanager
def enter_tenant(
    actor: Actor,
    permission: Permission,
    loaders: Mapping[str, Loader],
    kwargs: Mapping[str, Any],
    of_archived: bool = False,
) -> Iterator[dict[str, Any]]:
    """Enter the actor's tenant for a whole request and yield the view's arguments.

    Each loader's row replaces the id of the same name in the path (Http404 where this tenant has
    none); then the role's permission is asked for, and of a client's people who ask for results
    whether those are published (Denied). What is archived is refused, unless `of_archived`.
    """
    with tenancy.enter(
        organization_id=actor.organization_id, client_id=actor.client_id, user_id=actor.user_id
    ):
        rows = {name: _load(load, kwargs[name]) for name, load in loaders.items()}
        if not actor.may(permission):
            raise Denied("Your role does not include this.")
        if permission in RESULTS and not all(map(actor.may_see_results, rows.values())):
            raise Denied(NOT_PUBLISHED)
        if not of_archived and any(getattr(row, "is_archived", False) for row in rows.values()):
            raise Archived
        yield {**kwargs, **rows}


def _load(load: Loader, row_id: UUID) -> Any:
    try:
        return load(row_id)
    except ObjectDoesNotExist:
        raise Http404 from None
